using Lakehouse.Delta;
using Lakehouse.Delta.DeletionVectors;

namespace Lakehouse.Tables;

/// <summary>One file of a relation.</summary>
/// <param name="Path">Path in the store, or absolute path once fetched.</param>
/// <param name="PartitionValue">Value of the first partition column, null for NULL or none.</param>
public sealed record PinnedFile(string Path, string? PartitionValue)
{
    /// <summary>Values of all partition columns in the relation's order. Default: null, <see cref="PartitionValue"/> is the only one.</summary>
    public IReadOnlyList<string?>? PartitionValues { get; init; }

    /// <summary>Hides rows of the file. Default: null, every row counts.</summary>
    public DeletionVectorDescriptor? DeletionVector { get; init; }

    /// <summary>File of the deletion vector: path in the store, or absolute path once fetched; null when it stands in the log.</summary>
    public string? DeletionVectorPath { get; init; }

    /// <summary>Value of a partition column by its number; the log's empty text means NULL, as in every reader.</summary>
    internal string? ValueOf(int column)
    {
        var value = PartitionValues is { } all ? all[column] : PartitionValue;
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>The rows that are hidden, read from the fetched file.</summary>
    internal DeletedRows DeletedRows(string table)
    {
        var vector = DeletionVector!;
        if (DeletionVectorPath is not { } path)
        {
            return Delta.DeletionVectors.DeletionVector.Read(vector, [], table);
        }

        var (offset, length) = Delta.DeletionVectors.DeletionVector.RangeOf(vector);
        var bytes = new byte[length];
        using var file = File.OpenHandle(path);
        var read = 0;
        while (read < length && RandomAccess.Read(file, bytes.AsSpan(read), offset + read) is > 0 and var more)
        {
            read += more;
        }

        return Delta.DeletionVectors.DeletionVector.Read(vector, bytes.AsSpan(0, read), table);
    }
}
