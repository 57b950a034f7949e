using Lakehouse.Contracts;

namespace Lakehouse.Raw;

/// <summary>One landed file to load into a bronze table of the engine.</summary>
public sealed record BronzeLoad
{
    /// <summary>The bronze table's contract: its columns, its header generations and its dialect.</summary>
    public required ContractTable Table { get; init; }

    /// <summary>Where the file came from; kept with each row and named in errors.</summary>
    public required string SourceUri { get; init; }

    /// <summary>Hash of the landed bytes; kept with each row.</summary>
    public required string FileHash { get; init; }

    /// <summary>When the file arrived.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>Name of the dataset, for rejects.</summary>
    public required string Dataset { get; init; }

    /// <summary>Partition that the file belongs to, for rejects.</summary>
    public required string Partition { get; init; }

    /// <summary>The run, for rejects.</summary>
    public required string RunId { get; init; }

    /// <summary>When rejects are kept aside.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>Columns with one value for the whole file, such as the partition's day; as text that the column's type takes.</summary>
    public IReadOnlyDictionary<string, string?> Constants { get; init; } = new Dictionary<string, string?>();

    /// <summary>Table that takes the rows; created when missing, appended to otherwise. Default: <c>bronze</c>.</summary>
    public string TargetTable { get; init; } = "bronze";

    /// <summary>Table that takes the rejects, in the shape of <see cref="Quality.QuarantineTable"/>. Default: <c>rejects</c>.</summary>
    public string RejectsTable { get; init; } = "rejects";
}
