using System.Reflection;
using Temporalio.Api.Common.V1;
using Temporalio.Workflows;

namespace Temporalio.Worker.Interceptors;

/// <summary>A request to cancel another workflow.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run id; null means the current run.</param>
public record CancelExternalWorkflowInput(string Id, string? RunId);
