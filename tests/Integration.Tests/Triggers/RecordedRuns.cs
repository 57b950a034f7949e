using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace Integration.Tests.Triggers;

/// <summary>Runs without data: a book of what began, and a gate for those that are to go on until they are told to end.</summary>
public sealed class RecordedRuns
{
    /// <summary>Partitions in the order in which their runs began.</summary>
    public ConcurrentQueue<string> Began { get; } = new();

    /// <summary>Whether runs go on until they get the signal <c>end</c>. Default: false.</summary>
    public bool AreHeld { get; set; }

    [Activity]
    public Task<bool> BeginAsync(RunRequest request)
    {
        Began.Enqueue(request.Partition);
        return Task.FromResult(AreHeld);
    }

    [Workflow("PipelineRun")]
    public sealed class Run
    {
        private bool _ended;

        [WorkflowRun]
        public async Task<RunResult> RunAsync(RunRequest request)
        {
            if (await Workflow.ExecuteActivityAsync((RecordedRuns a) => a.BeginAsync(request), new ActivityOptions { StartToCloseTimeout = TimeSpan.FromDays(30) }))
            {
                await Workflow.WaitConditionAsync(() => _ended);
            }

            return new RunResult { Request = request, Status = RunStatus.Published };
        }

        /// <summary>The run waits for a decision, and says so.</summary>
        [WorkflowSignal("hold")]
        public Task HoldAsync(string partition) => Workflow.GetExternalWorkflowHandle(Workflow.Info.Parent!.WorkflowId).SignalAsync("run-held", [partition]);

        [WorkflowSignal("end")]
        public Task EndAsync()
        {
            _ended = true;
            return Task.CompletedTask;
        }
    }
}
