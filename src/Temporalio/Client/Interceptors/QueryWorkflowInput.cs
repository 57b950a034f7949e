using Temporalio.Api.Common.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>A query of a workflow.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run to address; null for the current one.</param>
/// <param name="Query">Name of the query.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
/// <param name="Headers">Headers to send along; interceptors may replace it.</param>
public record QueryWorkflowInput(
    string Id,
    string? RunId,
    string Query,
    IReadOnlyCollection<object?> Args,
    WorkflowQueryOptions? Options,
    IDictionary<string, Payload>? Headers);
