namespace Orchestrator.Activities.Contracts;

/// <summary>What broken rules of a dataset lead to, as its pipeline says, pinned by the plan.</summary>
public sealed record GatePolicy
{
    /// <summary>A broken rule of severity warning. Default: warn.</summary>
    public GateAction OnWarning { get; init; } = GateAction.Warn;

    /// <summary>A broken rule of severity error. Default: fail.</summary>
    public GateAction OnError { get; init; } = GateAction.Fail;

    /// <summary>What rules that are named here lead to, in place of <see cref="OnError"/>. Default: none.</summary>
    public IReadOnlyDictionary<string, GateAction> Rules { get; init; } = new Dictionary<string, GateAction>();

    /// <summary>Roles or people who may decide about what is held.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>How long rows are held before they are asked for again, or rejected.</summary>
    public TimeSpan HoldExpires { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether they are rejected then. Default: false, the hold is raised again.</summary>
    public bool RejectOnExpiry { get; init; }

    /// <summary>Rules that somebody has waived until a time that has not come.</summary>
    public IReadOnlyList<Waiver> Waivers { get; init; } = [];
}

/// <summary>A broken rule that is let pass for a while.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Until">When it counts again (UTC).</param>
/// <param name="By">Who waived it.</param>
/// <param name="Reason">Why.</param>
public sealed record Waiver(string Rule, DateTimeOffset Until, string By, string Reason);
