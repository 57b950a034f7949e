using System.Globalization;

namespace Orchestrator.TestKit.S3;

/// <summary>One version of an object, or a delete marker.</summary>
internal sealed record S3Version
{
    public required string VersionId { get; init; }

    public bool IsDeleteMarker { get; init; }

    /// <summary>The bytes: one piece per part of the upload that made it.</summary>
    public IReadOnlyList<byte[]> Pieces { get; init; } = [];

    /// <summary>Whether a multipart upload made it.</summary>
    public bool IsMultipart { get; init; }

    public string ETag { get; init; } = "";

    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Headers that come back with the object.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string StorageClass { get; init; } = "STANDARD";

    public (string Algorithm, string Value)? Checksum { get; init; }

    public IReadOnlyList<(string Key, string Value)> Tags { get; init; } = [];

    public long Length => Pieces.Sum(p => (long)p.Length);

    public string LastModified => ModifiedAt.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);

    public string Timestamp => ModifiedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A range of the bytes without copying them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Slice(long offset, long count)
    {
        var slices = new List<ReadOnlyMemory<byte>>();
        foreach (var piece in Pieces)
        {
            if (offset < piece.Length && count > 0)
            {
                var take = (int)Math.Min(count, piece.Length - offset);
                slices.Add(piece.AsMemory((int)offset, take));
                count -= take;
                offset = 0;
            }
            else
            {
                offset -= Math.Min(offset, piece.Length);
            }
        }

        return slices;
    }
}
