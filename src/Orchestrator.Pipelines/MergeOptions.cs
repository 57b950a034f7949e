namespace Orchestrator.Pipelines;

/// <summary>What merging by key needs to know besides the key.</summary>
public sealed record MergeOptions
{
    /// <summary>Nothing beyond the key.</summary>
    public static MergeOptions None { get; } = new();

    /// <summary>Column that says which of two rows with the same key is newer. Default: null, the later run is (never for scd2, which needs it).</summary>
    public string? SequenceColumn { get; init; }

    /// <summary>Column of scd2 with the first moment of a version: the value of <see cref="SequenceColumn"/>. Null for other strategies.</summary>
    public string? ValidFrom { get; init; }

    /// <summary>Column of scd2 with the first moment after a version; null in the current one. Null for other strategies.</summary>
    public string? ValidTo { get; init; }

    /// <summary>Columns that the merge fills and the model does not make.</summary>
    public IEnumerable<string> ManagedColumns => new[] { ValidFrom, ValidTo }.OfType<string>();
}
