using Temporalio.Api.WorkflowService.V1;
using Temporalio.Worker;

namespace Temporalio.Tests.Fakes;

/// <summary>A service that no call is expected at; a test overrides those that it expects.</summary>
internal abstract class UnusedWorkflowService : IWorkflowServicePort
{
    public virtual Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskAsync(PollWorkflowTaskQueueRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<RespondWorkflowTaskCompletedResponse> CompleteWorkflowTaskAsync(RespondWorkflowTaskCompletedRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task FailWorkflowTaskAsync(RespondWorkflowTaskFailedRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task RespondQueryAsync(RespondQueryTaskCompletedRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task<GetWorkflowExecutionHistoryResponse> GetHistoryAsync(GetWorkflowExecutionHistoryRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
