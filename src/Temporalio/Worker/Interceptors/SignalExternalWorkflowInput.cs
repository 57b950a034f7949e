using System.Reflection;
using Temporalio.Api.Common.V1;
using Temporalio.Workflows;

namespace Temporalio.Worker.Interceptors;

/// <summary>A signal to another workflow.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run id; null means the current run.</param>
/// <param name="Signal">Name.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Options">Options.</param>
/// <param name="Headers">Headers to send; interceptors may replace them.</param>
public record SignalExternalWorkflowInput(string Id, string? RunId, string Signal, IReadOnlyCollection<object?> Args, ExternalWorkflowSignalOptions? Options, IDictionary<string, Payload>? Headers);
