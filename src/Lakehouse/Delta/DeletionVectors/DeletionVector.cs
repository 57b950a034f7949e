using System.Buffers.Binary;
using Lakehouse.Checksums;

namespace Lakehouse.Delta.DeletionVectors;

/// <summary>From a descriptor to row numbers (PROTOCOL.md, "Deletion Vector Format").</summary>
public static class DeletionVector
{
    private const int Magic = 1681511377;
    private const int UuidText = 20;

    /// <summary>Size before the vector and checksum after it.</summary>
    private const int Frame = 8;

    /// <summary>The file that holds it: a path in the store or an absolute one; null for one that stands in the log.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>, <c>delta.corrupt</c>: there is no such file name.</exception>
    public static string? FileOf(DeletionVectorDescriptor vector, string tablePath) => vector.StorageType switch
    {
        "i" => null,
        "p" => DeltaPath.Resolve(tablePath, vector.PathOrInlineDv),
        "u" => (tablePath.Length == 0 ? "" : tablePath + "/") + UuidName(vector),
        var other => throw new LakehouseException("delta.unsupported", $"Table '{tablePath}' has a deletion vector of storage type '{other}' (feature deletionVectors): expected u, p or i."),
    };

    /// <summary>The part of the file that must be read: offset and length in bytes.</summary>
    public static (long Offset, int Length) RangeOf(DeletionVectorDescriptor vector) => (vector.Offset ?? 1, vector.SizeInBytes + Frame);

    /// <summary>The rows that it hides.</summary>
    /// <param name="vector">What the log says of it.</param>
    /// <param name="framed">For one in a file the bytes of <see cref="RangeOf"/>; empty for one in the log.</param>
    /// <param name="table">The table's name, for the error.</param>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: the bytes are cut off, changed or no deletion vector.</exception>
    public static DeletedRows Read(DeletionVectorDescriptor vector, ReadOnlySpan<byte> framed, string table)
    {
        try
        {
            var rows = Parse(vector.StorageType == "i" ? Inline(vector) : Unframed(vector, framed));
            return rows.Count == vector.Cardinality
                ? rows
                : throw new FormatException($"it hides {rows.Count} rows, the log says {vector.Cardinality}");
        }
        catch (FormatException e)
        {
            throw new LakehouseException("delta.corrupt", $"Deletion vector '{vector.UniqueId}' of table '{table}' cannot be read: {e.Message}. Help: restore its file; without it deleted rows would come back.", inner: e);
        }
    }

    private static string UuidName(DeletionVectorDescriptor vector)
    {
        var text = vector.PathOrInlineDv;
        try
        {
            var folder = text[..^UuidText];
            var id = new Guid(Z85.Decode(text.AsSpan(text.Length - UuidText)), bigEndian: true);
            return $"{(folder.Length == 0 ? "" : folder + "/")}deletion_vector_{id}.bin";
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw new LakehouseException("delta.corrupt", $"Deletion vector '{vector.UniqueId}' names no file: expected an optional folder and {UuidText} characters Z85. {e.Message}", inner: e);
        }
    }

    /// <summary>The text is padded to whole groups; the descriptor says how much of it counts.</summary>
    private static ReadOnlySpan<byte> Inline(DeletionVectorDescriptor vector)
    {
        var bytes = Z85.Decode(vector.PathOrInlineDv);
        return bytes.Length >= vector.SizeInBytes ? bytes.AsSpan(0, vector.SizeInBytes) : throw new FormatException($"{bytes.Length} bytes, the log says {vector.SizeInBytes}");
    }

    private static ReadOnlySpan<byte> Unframed(DeletionVectorDescriptor vector, ReadOnlySpan<byte> framed)
    {
        if (framed.Length < vector.SizeInBytes + Frame)
        {
            throw new FormatException($"its file ends early: {framed.Length} of {vector.SizeInBytes + Frame} bytes");
        }

        if (BinaryPrimitives.ReadInt32BigEndian(framed) is var size && size != vector.SizeInBytes)
        {
            throw new FormatException($"its file says {size} bytes, the log says {vector.SizeInBytes}");
        }

        var data = framed.Slice(4, vector.SizeInBytes);
        var checksum = Crc32.Append(0, data);
        var expected = BinaryPrimitives.ReadUInt32BigEndian(framed[(4 + vector.SizeInBytes)..]);
        return checksum == expected ? data : throw new FormatException($"its CRC-32 is {checksum:x8}, its file says {expected:x8}");
    }

    private static DeletedRows Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(data) is var magic && magic != Magic)
        {
            throw new FormatException($"its magic number is not {Magic}");
        }

        var rows = new DeletedRows.Builder();
        new RoaringReader(data[4..]).Read(rows);
        return rows.Build();
    }
}
