using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Planning;

/// <summary>What planning needs of one ledger entry.</summary>
public sealed record LedgerFact
{
    /// <summary>The partition.</summary>
    public required string Partition { get; init; }

    /// <summary>Identity of the ledger object that this was read from.</summary>
    public required string ETag { get; init; }

    /// <summary>How its last run ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Workflow run id of the last run.</summary>
    public required string RunId { get; init; }

    /// <summary>First line of why it failed; empty when it did not.</summary>
    public required string Failure { get; init; }

    /// <summary>Fingerprint of the inputs that were read.</summary>
    public required string InputFingerprint { get; init; }

    /// <summary>Fingerprint of the code that ran.</summary>
    public required string CodeFingerprint { get; init; }

    /// <summary>When the run started (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>When rows of the partition were last published (UTC); null when they never were.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Rows that came from sources.</summary>
    public long RowsRead { get; init; }

    /// <summary>Rows that the last run published, over all datasets.</summary>
    public long RowsPublished { get; init; }

    /// <summary>Rows that it kept aside, over all datasets.</summary>
    public long RowsQuarantined { get; init; }

    /// <summary>What it cost, in the currency of the price list; null where nothing was counted.</summary>
    public double? Cost { get; init; }

    /// <summary>Source files that were read.</summary>
    public IReadOnlyList<SourceFile> Inputs { get; init; } = [];

    /// <summary>When the hashes of <see cref="Inputs"/> were known to be those of the files (UTC).</summary>
    public required DateTimeOffset HashedAt { get; init; }

    /// <summary>Table versions that models read.</summary>
    public IReadOnlyList<PinnedTable> Reads { get; init; } = [];

    /// <summary>What changed under its rows and was left to another run to work in; empty when nothing has.</summary>
    public string Outdated => Mark ?? OutdatedInEntry;

    /// <summary>The same as entries of older workers tell it.</summary>
    public string OutdatedInEntry { get; init; } = "";

    /// <summary>What a mark says; null for none. No part of the compact copy: marks come and go while the entry stays.</summary>
    public string? Mark { get; init; }

    /// <summary>Why what the last run published was taken back, and by whom; empty when it was not.</summary>
    public string TakenBack { get; init; } = "";

    /// <summary>Datasets that the last run published, with the version.</summary>
    public IReadOnlyList<(string Dataset, long Version)> Published { get; init; } = [];

    /// <summary>Time from the run's start to its end.</summary>
    public TimeSpan Took => EndedAt - StartedAt;

    /// <summary>The same, with what a mark says has changed under its rows; null for no mark.</summary>
    public LedgerFact MarkedBy(string? stale) => this with { Mark = stale };

    /// <summary>What a ledger entry says.</summary>
    public static LedgerFact Of(LedgerEntry entry, string etag) => new()
    {
        Partition = entry.Result.Request.Partition,
        ETag = etag,
        Status = entry.Result.Status,
        RunId = entry.RunId,
        Failure = entry.Result.Status == RunStatus.Failed ? (entry.Result.Reason ?? "").Split('\n')[0] : "",
        InputFingerprint = entry.InputFingerprint,
        CodeFingerprint = entry.CodeFingerprint,
        StartedAt = entry.StartedAt,
        EndedAt = entry.EndedAt,
        PublishedAt = entry.PublishedAt ?? (entry.Result.Status == RunStatus.Published ? entry.EndedAt : null),
        RowsRead = entry.Result.Datasets.Where(d => d.Dataset.StartsWith("bronze", StringComparison.Ordinal)).Sum(d => d.Counts.Read),
        RowsPublished = entry.Result.Datasets.Sum(d => d.Counts.Published),
        RowsQuarantined = entry.Result.Datasets.Sum(d => d.Counts.Quarantined),
        Cost = (double?)entry.Result.Cost?.Total,
        Inputs = entry.Inputs,
        HashedAt = entry.StartedAt,
        Reads = entry.Reads,
        OutdatedInEntry = entry.Outdated ?? "",
        TakenBack = entry.TakenBack is { } taken ? $"by {taken.By}: {taken.Reason}" : "",
        Published = [.. entry.Result.Datasets.Select(d => (d.Dataset, d.Version))],
    };
}
