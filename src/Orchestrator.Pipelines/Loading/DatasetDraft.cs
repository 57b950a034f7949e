using Lakehouse.Contracts;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>A dataset while it is being read: what could be read so far, null where an error has been reported.</summary>
internal sealed class DatasetDraft
{
    public required Located<string> Name { get; init; }

    public required SpecNode Node { get; init; }

    public required DatasetLayer Layer { get; init; }

    public string Table => Name.Value[(Name.Value.IndexOf('.', StringComparison.Ordinal) + 1)..];

    public string? Source { get; set; }

    public ModelText? Model { get; set; }

    public string ContractPath { get; set; } = "";

    public DataContract? Contract { get; set; }

    public ContractTable? Schema { get; set; }

    public IReadOnlyList<string> Key { get; set; } = [];

    public Deduplication? Deduplicate { get; set; }

    public string? PartitionColumn { get; set; }

    public RowPolicy Rows { get; set; }

    public MergeStrategy Merge { get; set; }

    public MergeOptions MergeOptions { get; set; } = MergeOptions.None;

    /// <summary>Datasets of other pipelines that the model's SQL reads; empty until the SQL has been looked at.</summary>
    public HashSet<string> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>What the model's SQL reads with its lookback; empty until the SQL has been looked at.</summary>
    public Dictionary<string, int> Reads { get; } = new(StringComparer.Ordinal);

    /// <summary>The model's SQL without comments and layout; null without a sound model.</summary>
    public string? CanonicalSql { get; set; }
}
