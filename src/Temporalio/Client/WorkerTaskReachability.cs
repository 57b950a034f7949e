namespace Temporalio.Client;

/// <summary>Where workers are still needed.</summary>
/// <param name="BuildIdReachability">The answer by build id.</param>
[Obsolete("Use worker deployments.")]
public record WorkerTaskReachability(IReadOnlyDictionary<string, BuildIdReachability> BuildIdReachability);
