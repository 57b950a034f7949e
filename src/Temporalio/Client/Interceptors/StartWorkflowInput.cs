using Temporalio.Api.Common.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>A workflow to start.</summary>
/// <param name="Workflow">Type name of the workflow.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options of the call.</param>
/// <param name="Headers">Headers to send along; interceptors may replace it.</param>
public record StartWorkflowInput(
    string Workflow,
    IReadOnlyCollection<object?> Args,
    WorkflowOptions Options,
    IDictionary<string, Payload>? Headers);
