using Temporalio.Api.Common.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>An update of a workflow.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run to address; null for the current one.</param>
/// <param name="FirstExecutionRunId">First run of the chain to address; null for any.</param>
/// <param name="Update">Name of the update.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options of the call.</param>
/// <param name="Headers">Headers to send along; interceptors may replace it.</param>
public record StartWorkflowUpdateInput(
    string Id,
    string? RunId,
    string? FirstExecutionRunId,
    string Update,
    IReadOnlyCollection<object?> Args,
    WorkflowUpdateStartOptions Options,
    IDictionary<string, Payload>? Headers);
