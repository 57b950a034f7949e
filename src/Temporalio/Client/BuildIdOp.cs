namespace Temporalio.Client;

/// <summary>A change of the version sets of a task queue.</summary>
[Obsolete("Use worker deployments.")]
public abstract record BuildIdOp
{
    private protected BuildIdOp()
    {
    }

    /// <summary>Adds a build id in a new set, which becomes the default one.</summary>
    /// <param name="BuildId">The build id.</param>
    public record AddNewDefault(string BuildId) : BuildIdOp;

    /// <summary>Adds a build id to the set of another.</summary>
    /// <param name="BuildId">The build id.</param>
    /// <param name="ExistingCompatibleBuildId">A build id of the set.</param>
    /// <param name="MakeSetDefault">Whether the set becomes the default one.</param>
    public record AddNewCompatible(string BuildId, string ExistingCompatibleBuildId, bool MakeSetDefault = false) : BuildIdOp;

    /// <summary>Makes a set the default one.</summary>
    /// <param name="BuildId">A build id of the set.</param>
    public record PromoteSetByBuildId(string BuildId) : BuildIdOp;

    /// <summary>Makes a build id the default one of its set.</summary>
    /// <param name="BuildId">The build id.</param>
    public record PromoteBuildIdWithinSet(string BuildId) : BuildIdOp;

    /// <summary>Merges two sets.</summary>
    /// <param name="PrimaryBuildId">A build id of the set whose default becomes that of both.</param>
    /// <param name="SecondaryBuildId">A build id of the other set.</param>
    public record MergeSets(string PrimaryBuildId, string SecondaryBuildId) : BuildIdOp;
}
