using Temporalio.Api.Common.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>An update that starts its workflow if need be; the workflow is in the options.</summary>
/// <param name="Update">Name of the update.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options of the call.</param>
/// <param name="Headers">Headers to send along; interceptors may replace it.</param>
public record StartUpdateWithStartWorkflowInput(
    string Update,
    IReadOnlyCollection<object?> Args,
    WorkflowStartUpdateWithStartOptions Options,
    IDictionary<string, Payload>? Headers);
