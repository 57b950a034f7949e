namespace Temporalio.Common;

/// <summary>Versioning of one run, instead of what its worker says.</summary>
public abstract record VersioningOverride
{
    private protected VersioningOverride()
    {
    }

    /// <summary>What a pinned override pins.</summary>
    public enum PinnedOverrideBehavior
    {
        /// <summary>Not stated.</summary>
        Unspecified = 0,

        /// <summary>The run behaves as a pinned one.</summary>
        Pinned = 1,
    }

    /// <summary>The run stays on one version.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Behavior">What is pinned.</param>
    public sealed record Pinned(WorkerDeploymentVersion Version, PinnedOverrideBehavior Behavior = PinnedOverrideBehavior.Pinned)
        : VersioningOverride;

    /// <summary>The run moves to the deployment's current version.</summary>
    public sealed record AutoUpgrade() : VersioningOverride;

    /// <summary>Writes the wire form, including the older fields that servers before deployments' general release read.</summary>
    internal Api.Workflow.V1.VersioningOverride ToProto()
    {
#pragma warning disable CS0612 // Older servers know only these fields.
        switch (this)
        {
            case Pinned pinned:
                return new()
                {
                    Behavior = Api.Enums.V1.VersioningBehavior.Pinned,
                    PinnedVersion = pinned.Version.ToCanonicalString(),
                    Pinned = new()
                    {
                        Version = pinned.Version.ToProto(),
                        Behavior = (Api.Workflow.V1.VersioningOverride.Types.PinnedOverrideBehavior)pinned.Behavior,
                    },
                };
            default:
                return new() { Behavior = Api.Enums.V1.VersioningBehavior.AutoUpgrade, AutoUpgrade = true };
        }
#pragma warning restore CS0612
    }
}
