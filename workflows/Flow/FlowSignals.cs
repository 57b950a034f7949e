using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows.Flow;

/// <summary>Signals to semaphores and breakers, which are started by the first that is meant for them.</summary>
internal static class FlowSignals
{
    private const int Tries = 3;

    /// <summary>Signals a workflow, also when the caller is being cancelled.</summary>
    /// <exception cref="FailureException">There is no such workflow.</exception>
    public static Task SendAsync(string workflowId, string? runId, string signal, object argument) =>
        Workflow.GetExternalWorkflowHandle(workflowId, runId).SignalAsync(signal, [argument], new ExternalWorkflowSignalOptions { CancellationToken = CancellationToken.None });

    /// <summary>Signals a workflow that runs for ever, and starts it when it does not yet.</summary>
    /// <param name="workflowId">Its id.</param>
    /// <param name="type">Its type.</param>
    /// <param name="first">What it starts with.</param>
    /// <param name="signal">Name of the signal.</param>
    /// <param name="argument">What it says.</param>
    public static async Task StartAndSendAsync(string workflowId, string type, object first, string signal, object argument)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await SendAsync(workflowId, null, signal, argument);
                return;
            }
            catch (FailureException) when (tries < Tries)
            {
                await StartAsync(workflowId, type, first);
            }
        }
    }

    private static async Task StartAsync(string workflowId, string type, object first)
    {
        try
        {
            await Workflow.StartChildWorkflowAsync(type, [first], new ChildWorkflowOptions
            {
                Id = workflowId,
                ParentClosePolicy = ParentClosePolicy.Abandon,
                CancellationToken = CancellationToken.None,
                Priority = new Priority(priorityKey: 1),
            });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // Somebody was faster: theirs is as good.
            return;
        }
    }
}
