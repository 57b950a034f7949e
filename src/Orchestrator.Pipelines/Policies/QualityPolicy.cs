namespace Orchestrator.Pipelines.Policies;

/// <summary>What broken checks lead to, and who decides about what is held.</summary>
public sealed record QualityPolicy
{
    /// <summary>What a broken check of severity <c>warning</c> leads to. Default: publish and warn.</summary>
    public QualityAction OnWarning { get; init; } = QualityAction.Warn;

    /// <summary>What a broken check of severity <c>error</c> leads to. Default: the run fails.</summary>
    public QualityAction OnError { get; init; } = QualityAction.Fail;

    /// <summary>Roles or people who may decide about a held partition. Default: the pipeline's owner.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>How long a partition is held before <see cref="OnExpiry"/> applies. Default: 7 days.</summary>
    public TimeSpan HoldExpires { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What happens when that time is over. Default: remind.</summary>
    public HoldExpiry OnExpiry { get; init; } = HoldExpiry.Remind;

    /// <summary>What readers do while a partition is held. Default: wait.</summary>
    public HeldInput Consumers { get; init; } = HeldInput.Wait;
}
