using Temporalio.Workflows;

namespace Orchestrator.Benchmarks.Server;

/// <summary>Nothing at all.</summary>
[Workflow("empty")]
public sealed class EmptyWorkflow
{
    /// <summary>Ends at once.</summary>
    [WorkflowRun]
    public Task RunAsync() => Task.CompletedTask;
}

/// <summary>One activity; nothing else.</summary>
[Workflow("one")]
public sealed class OneActivityWorkflow
{
    /// <summary>Returns what the activity returned.</summary>
    [WorkflowRun]
    public Task<int> RunAsync(int value) => Workflow.ExecuteActivityAsync(() => BenchActivities.Echo(value), BenchActivities.Options);
}

/// <summary>One local activity.</summary>
[Workflow("local1")]
public sealed class LocalActivityWorkflow
{
    /// <summary>Returns what the activity returned.</summary>
    [WorkflowRun]
    public Task<int> RunAsync(int value) => Workflow.ExecuteLocalActivityAsync(
        () => BenchActivities.Echo(value), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
}

/// <summary>Activities one after the other.</summary>
[Workflow("seq")]
public sealed class SequenceWorkflow
{
    /// <summary>Runs that many activities.</summary>
    [WorkflowRun]
    public async Task RunAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            await Workflow.ExecuteActivityAsync(() => BenchActivities.Echo(step), BenchActivities.Options);
        }
    }
}

/// <summary>Activities all at once.</summary>
[Workflow("par")]
public sealed class FanOutWorkflow
{
    /// <summary>Runs that many activities.</summary>
    [WorkflowRun]
    public Task RunAsync(int count) => Workflow.WhenAllAsync(
        Enumerable.Range(0, count).Select(n => Workflow.ExecuteActivityAsync(() => BenchActivities.Echo(n), BenchActivities.Options)));
}

/// <summary>A timer of a millisecond.</summary>
[Workflow("timer")]
public sealed class TimerWorkflow
{
    /// <summary>Ends when it has fired.</summary>
    [WorkflowRun]
    public Task RunAsync() => Workflow.DelayAsync(TimeSpan.FromMilliseconds(1));
}

/// <summary>Children one after the other.</summary>
[Workflow("child")]
public sealed class ChildrenWorkflow
{
    /// <summary>Runs that many empty children.</summary>
    [WorkflowRun]
    public async Task RunAsync(int count)
    {
        for (var child = 0; child < count; child++)
        {
            await Workflow.ExecuteChildWorkflowAsync((EmptyWorkflow workflow) => workflow.RunAsync());
        }
    }
}

/// <summary>Takes signals and updates until there were enough.</summary>
[Workflow("sink")]
public sealed class SinkWorkflow
{
    private int _count;

    /// <summary>Ends after that many.</summary>
    [WorkflowRun]
    public async Task<int> RunAsync(int enough)
    {
        await Workflow.WaitConditionAsync(() => _count >= enough);
        return _count;
    }

    /// <summary>Counts.</summary>
    [WorkflowSignal]
    public Task PokeAsync()
    {
        _count++;
        return Task.CompletedTask;
    }

    /// <summary>Counts and answers the count.</summary>
    [WorkflowUpdate]
    public Task<int> AddAsync() => Task.FromResult(++_count);
}
