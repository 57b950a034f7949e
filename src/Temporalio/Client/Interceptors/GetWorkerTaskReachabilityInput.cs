using Temporalio.Api.Enums.V1;

namespace Temporalio.Client.Interceptors;

/// <summary>A question whether workers of build ids are still needed.</summary>
/// <param name="BuildIds">Build ids asked about.</param>
/// <param name="TaskQueues">Task queues asked about; empty for all.</param>
/// <param name="Reachability">Kind of reachability; null for the server's choice.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
[Obsolete("Use worker deployments.")]
public record GetWorkerTaskReachabilityInput(IReadOnlyCollection<string> BuildIds, IReadOnlyCollection<string> TaskQueues, TaskReachability? Reachability, RpcOptions? RpcOptions);
