using System.Globalization;

namespace Lakehouse.Delta;

/// <summary>Where the rows of a file that no longer count are told (Delta protocol, "Deletion Vector Descriptor Schema").</summary>
public sealed record DeletionVectorDescriptor
{
    /// <summary><c>u</c>: a file of the table named by a UUID; <c>p</c>: an absolute path; <c>i</c>: in the log itself.</summary>
    public required string StorageType { get; init; }

    /// <summary>For <c>u</c> an optional folder and 20 characters Z85 of the UUID, for <c>p</c> an absolute URI, for <c>i</c> the bytes in Z85.</summary>
    public required string PathOrInlineDv { get; init; }

    /// <summary>Where in the file its size field stands, in bytes; null for the file's beginning, and for <c>i</c>.</summary>
    public int? Offset { get; init; }

    /// <summary>Length of the serialised vector in bytes, before any encoding.</summary>
    public required int SizeInBytes { get; init; }

    /// <summary>Rows it hides.</summary>
    public required long Cardinality { get; init; }

    /// <summary>Identity of the vector: with the path of the data file it is the identity of the file in the log.</summary>
    public string UniqueId => Offset is { } offset
        ? string.Create(CultureInfo.InvariantCulture, $"{StorageType}{PathOrInlineDv}@{offset}")
        : StorageType + PathOrInlineDv;
}
