namespace Temporalio.Client.Interceptors;

/// <summary>A change of the version sets of a task queue.</summary>
/// <param name="TaskQueue">Task queue.</param>
/// <param name="BuildIdOp">The change.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
[Obsolete("Use worker deployments.")]
public record UpdateWorkerBuildIdCompatibilityInput(string TaskQueue, BuildIdOp BuildIdOp, RpcOptions? RpcOptions);
