using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Checks of versioning overrides. No version of a deployment is ever known here, so none can be pinned.</summary>
internal static class VersioningOverrides
{
    public static void Check(VersioningOverride? given, string taskQueue)
    {
        switch (given?.OverrideCase)
        {
            case null:
                return;
            case VersioningOverride.OverrideOneofCase.AutoUpgrade:
                Require(given.AutoUpgrade, "auto-upgrade override must be true");
                return;
            case VersioningOverride.OverrideOneofCase.Pinned:
                Require(given.Pinned.Version is not null, "must provide version if override is pinned.");
                Require(
                    given.Pinned.Behavior != VersioningOverride.Types.PinnedOverrideBehavior.Unspecified,
                    "must specify pinned override behavior if override is pinned.");
                throw Unknown(given.Pinned.Version!.DeploymentName, given.Pinned.Version.BuildId, taskQueue);
            case VersioningOverride.OverrideOneofCase.OneTime:
                Require(given.OneTime.TargetDeploymentVersion is not null, "must provide target deployment version if override is one-time.");
                throw Unknown(given.OneTime.TargetDeploymentVersion!.DeploymentName, given.OneTime.TargetDeploymentVersion.BuildId, taskQueue);
            default:
                CheckOldForm(given, taskQueue);
                return;
        }
    }

#pragma warning disable CS0612 // clients still send the older form
    private static void CheckOldForm(VersioningOverride given, string taskQueue)
    {
        switch (given.Behavior)
        {
            case VersioningBehavior.Pinned when given.Deployment is { } deployment:
                throw Unknown(deployment.SeriesName, deployment.BuildId, taskQueue);
            case VersioningBehavior.Pinned when given.PinnedVersion is { Length: > 0 } version && version.IndexOf('.', StringComparison.Ordinal) is var dot and > 0:
                throw Unknown(version[..dot], version[(dot + 1)..], taskQueue);
            case VersioningBehavior.Pinned:
                throw ServiceErrors.InvalidArgument("must provide deployment (deprecated) or pinned version if behavior is 'PINNED'");
            case VersioningBehavior.AutoUpgrade:
                Require(given.Deployment is null, "only provide deployment if behavior is 'PINNED'");
                Require(given.PinnedVersion.Length == 0, "only provide pinned version if behavior is 'PINNED'");
                return;
            case VersioningBehavior.Unspecified:
                throw ServiceErrors.InvalidArgument("override behavior is required");
            default:
                throw ServiceErrors.InvalidArgument($"override behavior {given.Behavior} not recognized");
        }
    }
#pragma warning restore CS0612

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw ServiceErrors.InvalidArgument(message);
        }
    }

    private static ServiceException Unknown(string deployment, string build, string taskQueue) =>
        ServiceErrors.FailedPrecondition($"Pinned version '{deployment}:{build}' is not present in task queue '{taskQueue}' of type 'Workflow'");
}
