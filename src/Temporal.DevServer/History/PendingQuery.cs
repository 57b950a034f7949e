using Temporalio.Api.Query.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.History;

/// <summary>A query that somebody waits for.</summary>
internal sealed class PendingQuery(string id, WorkflowQuery query)
{
    public string Id { get; } = id;

    public WorkflowQuery Query { get; } = query;

    public TaskCompletionSource<QueryWorkflowResponse> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It went out with the started workflow task.</summary>
    public bool Sent { get; set; }
}
