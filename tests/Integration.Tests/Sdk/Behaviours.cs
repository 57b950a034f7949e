using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>What the tests of all areas share: workflows written in the test, run on the shared worker, and replayed when they have ended.</summary>
public abstract class Behaviours(SdkHost host) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected SdkHost Host => host;

    protected TemporalClient Client => host.Client;

    public async ValueTask InitializeAsync() => await host.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Options of a workflow on the shared worker.</summary>
    protected static WorkflowOptions Options() => SdkServer.Options(SdkHost.Queue);

    /// <summary>Starts a workflow.</summary>
    protected Task<WorkflowHandle<Script, string>> StartAsync(Func<Script, Task<string>> body, Action<WorkflowOptions>? configure = null)
    {
        var options = Options();
        configure?.Invoke(options);
        var key = Script.Keep(body);
        return Client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), options);
    }

    /// <summary>The result of a workflow, which must also replay.</summary>
    protected static async Task<string> ResultAsync(WorkflowHandle<Script, string> handle)
    {
        try
        {
            return await handle.GetResultAsync().WaitAsync(Patience);
        }
        finally
        {
            await ReplayAsync(handle);
        }
    }

    /// <summary>Runs a workflow to its end.</summary>
    protected async Task<string> RunAsync(Func<Script, Task<string>> body, Action<WorkflowOptions>? configure = null) =>
        await ResultAsync(await StartAsync(body, configure));

    /// <summary>Runs a workflow that fails, and gives why.</summary>
    protected async Task<T> FailsAsync<T>(Func<Script, Task<string>> body, Action<WorkflowOptions>? configure = null)
        where T : Exception =>
        Assert.IsType<T>((await Assert.ThrowsAsync<WorkflowFailedException>(() => RunAsync(body, configure))).InnerException);

    /// <summary>Runs a workflow whose task fails, and gives why.</summary>
    protected async Task<WorkflowTaskFailedEventAttributes> TaskFailsAsync(Func<Script, Task<string>> body)
    {
        var handle = await StartAsync(body);
        var failed = await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
        await handle.TerminateAsync();
        return failed.WorkflowTaskFailedEventAttributes;
    }

    /// <summary>Replays what happened so far.</summary>
    protected static async Task ReplayAsync(WorkflowHandle handle) =>
        await new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Script>()).ReplayWorkflowAsync(await handle.FetchHistoryAsync());

    /// <summary>Events of a workflow.</summary>
    protected static async Task<List<HistoryEvent>> EventsAsync(WorkflowHandle handle) => [.. (await handle.FetchHistoryAsync()).Events];

    /// <summary>How often an event happened.</summary>
    protected static async Task<int> CountAsync(WorkflowHandle handle, EventType type) => (await EventsAsync(handle)).Count(e => e.EventType == type);

    /// <summary>Waits for an event.</summary>
    protected static async Task<HistoryEvent> EventAsync(WorkflowHandle handle, Func<HistoryEvent, bool> which)
    {
        HistoryEvent? found = null;
        await UntilAsync(async () => (found = (await EventsAsync(handle)).FirstOrDefault(which)) is not null);
        return found!;
    }

    /// <summary>Waits until a workflow says that it is in a state.</summary>
    protected static Task StateAsync(WorkflowHandle<Script> handle, string state) => UntilAsync(async () => await handle.QueryAsync(wf => wf.State) == state);

    /// <summary>Waits for something.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, "What the test waits for did not come.");
            await Task.Delay(15);
        }
    }

    /// <summary>Catches what workflow code throws, as text.</summary>
    protected static async Task<string> CaughtAsync(Func<Task> code)
    {
        try
        {
            await code();
            return "nothing";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
}
