using Lakehouse.Contracts;
using Lakehouse.Datasets;

namespace Orchestrator.Pipelines;

/// <summary>One table of a pipeline with everything that decides its content.</summary>
public sealed record Dataset
{
    /// <summary>How names of raw tables with classified values begin: they lie apart, under a permission of their own (docs/guides/privacy.md).</summary>
    public const string RestrictedPrefix = "bronze_restricted.";

    /// <summary>Full name, <c>layer.table</c>: <c>silver.cases</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The part of <see cref="Name"/> before the dot.</summary>
    public required DatasetLayer Layer { get; init; }

    /// <summary>The part of <see cref="Name"/> after the dot.</summary>
    public string Table => Name[(Name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>What one row is; null when the author wrote nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Loaded from a source or made by a model.</summary>
    public DatasetKind Kind => Source is null ? DatasetKind.Model : DatasetKind.Source;

    /// <summary>Name of the source that is loaded; null for a model.</summary>
    public string? Source { get; init; }

    /// <summary>The SQL that makes the rows; null for a loaded source.</summary>
    public ModelText? Model { get; init; }

    /// <summary>The contract that the table keeps.</summary>
    public required DataContract Contract { get; init; }

    /// <summary>The contract's table for this dataset: columns, rules, header generations.</summary>
    public required ContractTable Schema { get; init; }

    /// <summary>Absolute path of the contract.</summary>
    public required string ContractPath { get; init; }

    /// <summary>Columns that identify a row; empty when the table has no key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>How a run's rows enter the table. Default: replace.</summary>
    public MergeStrategy Merge { get; init; }

    /// <summary>What merging by key needs to know.</summary>
    public MergeOptions MergeOptions { get; init; } = MergeOptions.None;

    /// <summary>How many rows the model may give. Default: conserve for a source, aggregate for a model.</summary>
    public RowPolicy Rows { get; init; }

    /// <summary>Which of the rows with an equal key stays; null when a repeated key is an error.</summary>
    public Deduplication? Deduplicate { get; init; }

    /// <summary>Upstream datasets with the number of earlier partitions that are read besides the run's own; 0 is the same partition only.</summary>
    public IReadOnlyDictionary<string, int> Reads { get; init; } = new Dictionary<string, int>();

    /// <summary>Datasets of other pipelines that are read: names under <see cref="PipelineSpec.Inputs"/>.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>What broken checks of this table lead to.</summary>
    public Policies.QualityPolicy Quality { get; init; } = new();

    /// <summary>How this table is kept in shape.</summary>
    public Policies.MaintainPolicy Maintain { get; init; } = new();

    /// <summary>Name of the group of <see cref="PipelineSpec.ConcurrencyGroups"/> within which it is made; null for none.</summary>
    public string? ConcurrencyGroup { get; init; }

    /// <summary>Column that holds the partition.</summary>
    public required string PartitionColumn { get; init; }

    /// <summary>How its rows enter its table, as the library has it.</summary>
    public RowMerge RowMerge => new()
    {
        Mode = Merge switch
        {
            MergeStrategy.Append => MergeMode.Append,
            MergeStrategy.Upsert => MergeMode.Upsert,
            MergeStrategy.Scd1 => MergeMode.Latest,
            MergeStrategy.Scd2 => MergeMode.History,
            _ => MergeMode.Replace,
        },
        Key = Key,
        SequenceColumn = MergeOptions.SequenceColumn,
        ValidFrom = MergeOptions.ValidFrom,
        ValidTo = MergeOptions.ValidTo,
    };

    /// <summary>Place in the graph: 0 reads no dataset, otherwise one more than the highest upstream.</summary>
    public int Level { get; init; }

    /// <summary>SHA-256 in lower-case hex over all that decides the table's content.</summary>
    public string Fingerprint => FingerprintParts.Value;

    /// <summary>What <see cref="Fingerprint"/> is made of, to tell which part changed.</summary>
    public required DatasetFingerprint FingerprintParts { get; init; }
}
