using Temporalio.Api.Enums.V1;

namespace Temporalio.Client;

/// <summary>Where workers of a build id are still needed.</summary>
/// <param name="TaskQueueReachability">Kinds of reachability by task queue; empty where they are not needed.</param>
/// <param name="UnretrievedTaskQueues">Task queues that the server did not look at.</param>
[Obsolete("Use worker deployments.")]
public record BuildIdReachability(
    IReadOnlyDictionary<string, IReadOnlyCollection<TaskReachability>> TaskQueueReachability, IReadOnlyCollection<string> UnretrievedTaskQueues);
