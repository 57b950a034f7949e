using Temporalio.Api.WorkflowService.V1;

namespace Temporalio.Worker;

/// <summary>
/// The five service calls that running workflow tasks needs. Implementations add metadata, deadlines and the retry policy of worker
/// calls; the messages arrive complete (namespace, identity and queue are set by the caller).
/// </summary>
internal interface IWorkflowServicePort
{
    /// <summary>Long poll for a workflow task. An empty task token means that the poll timed out.</summary>
    Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskAsync(PollWorkflowTaskQueueRequest request, CancellationToken cancellationToken);

    /// <summary>Reports the commands of a workflow task.</summary>
    Task<RespondWorkflowTaskCompletedResponse> CompleteWorkflowTaskAsync(RespondWorkflowTaskCompletedRequest request, CancellationToken cancellationToken);

    /// <summary>Reports that a workflow task could not be processed.</summary>
    Task FailWorkflowTaskAsync(RespondWorkflowTaskFailedRequest request, CancellationToken cancellationToken);

    /// <summary>Answers a direct query task.</summary>
    Task RespondQueryAsync(RespondQueryTaskCompletedRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a page of history: further pages of a task, or all of it for a run that is no longer cached.</summary>
    Task<GetWorkflowExecutionHistoryResponse> GetHistoryAsync(GetWorkflowExecutionHistoryRequest request, CancellationToken cancellationToken);
}
