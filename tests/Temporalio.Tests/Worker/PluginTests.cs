using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Tests.Replay;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Temporalio.Tests.Worker;

public sealed class PluginTests
{
    [Fact]
    public async Task Replayer_WithPlugins_RunsInsideThemInOrder()
    {
        var log = new List<string>();
        SimplePlugin Plugin(string name) => new(name, new SimplePluginOptions
        {
            RunContextBefore = () => Note($"{name} before"),
            RunContextAfter = () => Note($"{name} after"),
        });
        Task Note(string text)
        {
            log.Add(text);
            return Task.CompletedTask;
        }

        var outer = Plugin("outer");
        outer.Options.AddWorkflow<Nothing>();
        var replayer = new WorkflowReplayer(new() { Plugins = [outer, Plugin("inner")], DebugMode = true });
        var history = new HistoryBuilder("Nothing").Task().End().ToHistory();

        Assert.Null((await replayer.ReplayWorkflowAsync(history)).ReplayFailure);
        Assert.Equal(["outer before", "inner before", "inner after", "outer after"], log);

        log.Clear();
        await foreach (var result in replayer.ReplayWorkflowsAsync(new[] { history, history }.ToAsyncEnumerable()))
        {
            Assert.Null(result.ReplayFailure);
            log.Add("result");
        }

        Assert.Equal(["outer before", "inner before", "result", "result", "inner after", "outer after"], log);
    }

    [Fact]
    public void ConfigureClient_ConstantAndFunction_ReplaceAndChange()
    {
        var own = DataConverter.Default with { };
        var options = new TemporalClientOptions();

        new SimplePlugin("p", new() { DataConverter = own }).ConfigureClient(options);
        Assert.Same(own, options.DataConverter);

        new SimplePlugin("p", new() { DataConverterOption = new(c => c with { PayloadCodec = null }) }).ConfigureClient(options);
        Assert.NotSame(own, options.DataConverter);
    }

    [Fact]
    public void ConfigureWorker_ExceptionTypes_AreAddedToThoseOfTheWorker()
    {
        var options = new TemporalWorkerOptions("queue") { WorkflowFailureExceptionTypes = [typeof(ArgumentException)] };

        new SimplePlugin("p", new SimplePluginOptions { WorkflowFailureExceptionTypes = [typeof(InvalidOperationException)] }.AddWorkflow<Nothing>()).ConfigureWorker(options);

        Assert.Equal([typeof(ArgumentException), typeof(InvalidOperationException)], options.WorkflowFailureExceptionTypes!);
        Assert.Equal("Nothing", Assert.Single(options.Workflows).Name);
    }

    [Workflow]
    public sealed class Nothing
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }
}
