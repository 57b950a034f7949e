using System.Diagnostics;
using Orchestrator.Integration.Tests.Sdk;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Orchestrator.Integration.Tests.Mixed;

/// <summary>Our SDK and the official TypeScript one on the same server, each using workflows and activities of the other.</summary>
public sealed class MixedSdkTests(SdkServer server) : IClassFixture<SdkServer>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private string Address => server.Client.Connection.Options.TargetHost!;

    [Fact]
    public async Task TypeScriptClient_DotnetWorker_EveryCheckPasses()
    {
        var options = new TemporalWorkerOptions($"dotnet-{Guid.NewGuid():N}")
            .AddWorkflow<DotnetOrder>().AddWorkflow<DotnetCounter>().AddWorkflow<DotnetFailure>().AddWorkflow<DotnetSleeper>().AddWorkflow<DotnetDouble>()
            .AddAllActivities(typeof(SdkActivities), null);
        using var worker = new TemporalWorker(server.Client, options);

        await worker.ExecuteAsync(async () =>
        {
            var outcomes = await NodeScript.RunAsync(Limit, "mixed.js", Address, options.TaskQueue!);
            Assert.Equal(6, outcomes.Count);
            Assert.All(outcomes.Values, outcome => Assert.True(outcome.Ok, $"{outcome.Name}: {outcome.Error}"));
        });
    }

    [Fact]
    public async Task DotnetClient_TypeScriptWorker_EveryCallIsUnderstood()
    {
        using var script = await NodeScript.StartAsync("worker.js", Address);
        try
        {
            var ready = await script.StandardOutput.ReadLineAsync().WaitAsync(Limit);
            Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
            var queue = ready!["ready ".Length..];

            await CheckResultsAsync(queue);
            await CheckMessagesAsync(queue);
            await CheckFailuresAsync(queue);
        }
        finally
        {
            await StopAsync(script);
        }
    }

    private static async Task StopAsync(Process script)
    {
        script.StandardInput.Close();
        try
        {
            await script.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            script.Kill();
            throw;
        }
    }

    private WorkflowOptions On(string queue) => new($"wf-{Guid.NewGuid():N}", queue);

    private async Task CheckResultsAsync(string queue)
    {
        var echoed = await server.Client.ExecuteWorkflowAsync<List<object?>>("echo", ["žluťoučký 🐎", 3, true, null], On(queue));
        Assert.Equal("žluťoučký 🐎|3|True|", string.Join('|', echoed));
        Assert.Equal([0, 1, 254, 255], await server.Client.ExecuteWorkflowAsync<byte[]>("same", [new byte[] { 0, 1, 254, 255 }], On(queue)));
        Assert.Equal(20, await server.Client.ExecuteWorkflowAsync<int>("steps", [20], On(queue)));
        Assert.Equal(4, (await server.Client.ExecuteWorkflowAsync<List<string>>("countDown", [3], On(queue))).Distinct().Count());
    }

    private async Task CheckMessagesAsync(string queue)
    {
        var collect = await server.Client.StartWorkflowAsync("collect", [], On(queue));
        for (var i = 1; i <= 5; i++)
        {
            await collect.SignalAsync("add", [i]);
        }

        Assert.Equal(5, await collect.QueryAsync<int>("state", []));
        await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => collect.QueryAsync<int>("nobodyAnswers", []));
        await collect.SignalAsync("finish", []);
        Assert.Equal([1, 2, 3, 4, 5], await collect.GetResultAsync<List<int>>());

        var counter = await server.Client.StartWorkflowAsync("counter", [], On(queue));
        Assert.Equal(5, await counter.ExecuteUpdateAsync<int>("addAndGet", [5]));
        var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => counter.ExecuteUpdateAsync<int>("addAndGet", [-1]));
        Assert.Equal("Negative", Assert.IsType<ApplicationFailureException>(refused.InnerException).ErrorType);
        await counter.TerminateAsync("done with it");
        var ended = await Assert.ThrowsAsync<WorkflowFailedException>(() => counter.GetResultAsync());
        Assert.Equal("done with it", Assert.IsType<TerminatedFailureException>(ended.InnerException).Message);
    }

    private async Task CheckFailuresAsync(string queue)
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => server.Client.ExecuteWorkflowAsync<object>("fail", [], On(queue)));
        var cause = Assert.IsType<ApplicationFailureException>(failed.InnerException);
        Assert.Equal(("order is invalid", "OrderInvalid", true), (cause.Message, cause.ErrorType, cause.NonRetryable));
        Assert.Equal(7, cause.Details.ElementAt<Dictionary<string, int>>(0)["code"]);
        Assert.Equal("second", cause.Details.ElementAt<string>(1));

        var sleeping = await server.Client.StartWorkflowAsync("sleepForever", [], On(queue));
        await sleeping.CancelAsync();
        var cancelled = await Assert.ThrowsAsync<WorkflowFailedException>(() => sleeping.GetResultAsync());
        Assert.IsType<CanceledFailureException>(cancelled.InnerException);
    }
}
