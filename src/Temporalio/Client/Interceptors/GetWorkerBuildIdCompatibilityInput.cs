namespace Temporalio.Client.Interceptors;

/// <summary>A question for the version sets of a task queue.</summary>
/// <param name="TaskQueue">Task queue.</param>
/// <param name="MaxSets">Sets at most, the newest; 0 for all.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
[Obsolete("Use worker deployments.")]
public record GetWorkerBuildIdCompatibilityInput(string TaskQueue, int MaxSets, RpcOptions? RpcOptions);
