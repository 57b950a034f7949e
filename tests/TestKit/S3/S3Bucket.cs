using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.TestKit.S3;

/// <summary>One bucket.</summary>
/// <param name="name">Its name.</param>
/// <param name="createdAt">When it was made.</param>
internal sealed partial class S3Bucket(string name, DateTimeOffset createdAt)
{
    public string Name { get; } = name;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary>Null, <c>Enabled</c> or <c>Suspended</c>.</summary>
    public string? Versioning { get; set; }

    public string? Lifecycle { get; set; }

    /// <summary>Versions of each key, newest first; keys in the order of their UTF-8 bytes.</summary>
    public SortedDictionary<string, List<S3Version>> Keys { get; } = new(Comparer<string>.Create(CompareUtf8));

    /// <summary>Uploads under way, by their ids.</summary>
    public SortedDictionary<string, S3Upload> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest version unless it is a delete marker.</summary>
    public S3Version? Current(string key) => Keys.TryGetValue(key, out var versions) && !versions[0].IsDeleteMarker ? versions[0] : null;

    public static bool IsName(string name) => NamePattern().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal) && !AddressPattern().IsMatch(name);

    public static int CompareUtf8(string? left, string? right) => Encoding.UTF8.GetBytes(left!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right!));

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+$")]
    private static partial Regex AddressPattern();
}

/// <summary>A multipart upload under way.</summary>
/// <param name="Key">Key of the object it will be.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="Headers">Headers of the object it will be.</param>
internal sealed record S3Upload(string Key, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Headers)
{
    public SortedDictionary<int, S3Part> Parts { get; } = [];
}

/// <summary>One part of an upload.</summary>
internal sealed record S3Part(byte[] Bytes, string ETag, DateTimeOffset ModifiedAt);
