using Temporalio.Api.Enums.V1;
using Temporalio.Common;

namespace Temporalio.Worker.Activations;

/// <summary>One step of a run: jobs to apply in order, then workflow code runs until it has nothing more to do.</summary>
internal sealed class WorkflowActivation
{
    /// <summary>Workflow time of the step, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>Whether history says already what the step will do.</summary>
    public required bool IsReplaying { get; init; }

    /// <summary>Id of the last event seen.</summary>
    public required int HistoryLength { get; init; }

    /// <summary>Bytes of history at the last workflow task.</summary>
    public required long HistorySize { get; init; }

    /// <summary>Whether the service suggested to continue as new.</summary>
    public required bool ContinueAsNewSuggested { get; init; }

    /// <summary>Why it was suggested.</summary>
    public required IReadOnlyList<SuggestContinueAsNewReason> ContinueAsNewReasons { get; init; }

    /// <summary>Whether the target deployment version differs from the run's.</summary>
    public bool TargetVersionChanged { get; init; }

    /// <summary>Deployment version that runs the step: the recorded one when replaying.</summary>
    public WorkerDeploymentVersion? DeploymentVersion { get; init; }

    /// <summary>Language flags of the run seen so far; the instance adds those it uses on new steps.</summary>
    public required SdkFlags Flags { get; init; }

    /// <summary>Jobs in the order they are applied.</summary>
    public required IReadOnlyList<ActivationJob> Jobs { get; init; }

    /// <summary>The same step with other jobs.</summary>
    public WorkflowActivation With(IReadOnlyList<ActivationJob> jobs) => new()
    {
        Time = Time,
        IsReplaying = IsReplaying,
        HistoryLength = HistoryLength,
        HistorySize = HistorySize,
        ContinueAsNewSuggested = ContinueAsNewSuggested,
        ContinueAsNewReasons = ContinueAsNewReasons,
        TargetVersionChanged = TargetVersionChanged,
        DeploymentVersion = DeploymentVersion,
        Flags = Flags,
        Jobs = jobs,
    };

    /// <summary>Whether the step only answers queries.</summary>
    public bool OnlyQueries => Jobs.Count > 0 && Jobs[0] is ActivationJob.Query;
}
