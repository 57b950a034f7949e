using Temporalio.Api.Common.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>A signal to a workflow.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="RunId">Run to address; null for the current one.</param>
/// <param name="Signal">Name of the signal.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
/// <param name="Headers">Headers to send along; interceptors may replace it.</param>
public record SignalWorkflowInput(
    string Id,
    string? RunId,
    string Signal,
    IReadOnlyCollection<object?> Args,
    WorkflowSignalOptions? Options,
    IDictionary<string, Payload>? Headers);
