// One file because these records are one message family: a hold, and what is said to it.
namespace Orchestrator.Activities.Contracts;

/// <summary>Staged rows that wait for a decision. An object of the lake while it is open, and after it as the record of who decided what.</summary>
public sealed record Hold
{
    /// <summary>The run that holds them.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>Its run id.</summary>
    public required string RunId { get; init; }

    /// <summary>Pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Number of the hold among those of the partition, from 1: a decision names the one it is about.</summary>
    public required int Version { get; init; }

    /// <summary>Rules that are broken.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>What is broken, for people.</summary>
    public required string Problem { get; init; }

    /// <summary>Fingerprint of the inputs that the rows were made from; empty in holds of workers before 0.3.</summary>
    public string InputFingerprint { get; init; } = "";

    /// <summary>Who may decide.</summary>
    public required IReadOnlyList<string> Approvers { get; init; }

    /// <summary>When it was raised (UTC).</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it is raised again, or rejected (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How often it was raised again.</summary>
    public int Reminders { get; init; }

    /// <summary>What was decided; null while it is open.</summary>
    public Decision? Decision { get; init; }
}

/// <summary>What somebody decides about a hold: argument of the updates <c>approve</c>, <c>reject</c>, <c>retry</c> and <c>waive</c>.</summary>
public sealed record DecisionRequest
{
    /// <summary>The dataset whose rows are held. Default: null, the only one.</summary>
    public string? Dataset { get; init; }

    /// <summary>Version of the hold that was looked at. Default: null, the newest.</summary>
    public int? Version { get; init; }

    /// <summary>Who decides.</summary>
    public string By { get; init; } = "";

    /// <summary>Roles that who decides has.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>For <c>waive</c>: the rule. Default: null, every broken one.</summary>
    public string? Rule { get; init; }

    /// <summary>For <c>waive</c>: until when the rule is let pass (UTC). For <c>approve</c>: until when the approval holds for further runs of the partition; null for this one only.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>A decision as it was taken.</summary>
/// <param name="Kind"><c>approve</c>, <c>reject</c>, <c>retry</c>, <c>waive</c>, <c>expire</c> or <c>supersede</c>.</param>
/// <param name="By">Who decided.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Rule">The rule that was waived; null for all.</param>
/// <param name="Until">Until when it holds; null for this run only.</param>
public sealed record Decision(string Kind, string By, string Reason, DateTimeOffset At, string? Rule = null, DateTimeOffset? Until = null);
