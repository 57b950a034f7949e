using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Mixed;

/// <summary>Counts by updates.</summary>
[Workflow]
public sealed class DotnetCounter
{
    private int _total;
    private bool _finished;

    [WorkflowRun]
    public async Task<int> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _finished);
        return _total;
    }

    [WorkflowUpdateValidator(nameof(AddAndGetAsync))]
    public void CheckAdd(int value)
    {
        if (value < 0)
        {
            throw new ApplicationFailureException("no negative numbers", "Negative");
        }
    }

    [WorkflowUpdate("addAndGet")]
    public async Task<int> AddAndGetAsync(int value)
    {
        await Workflow.DelayAsync(TimeSpan.FromMilliseconds(10));
        return _total += value;
    }

    [WorkflowSignal("finish")]
    public Task FinishAsync()
    {
        _finished = true;
        return Task.CompletedTask;
    }
}
