using System.Text;

namespace Temporalio.Common.EnvConfig;

/// <summary>Where bytes of a configuration come from: a file, or the configuration itself.</summary>
public sealed class DataSource
{
    private DataSource(string? path, byte[]? data)
    {
        Path = path;
        Data = data;
    }

    /// <summary>The file, when the bytes are in one.</summary>
    public string? Path { get; }

    /// <summary>The bytes, when they were given.</summary>
    public byte[]? Data { get; }

    /// <summary>Makes a source of a file, which is read when the bytes are asked for.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The source.</returns>
    public static DataSource FromPath(string path) => new(path ?? throw new ArgumentNullException(nameof(path)), null);

    /// <summary>Makes a source of bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The source.</returns>
    public static DataSource FromBytes(byte[] data) => new(null, data ?? throw new ArgumentNullException(nameof(data)));

    /// <summary>Makes a source of a text.</summary>
    /// <param name="content">The text; its bytes are those of UTF-8.</param>
    /// <returns>The source.</returns>
    public static DataSource FromUTF8String(string content) => FromBytes(Encoding.UTF8.GetBytes(content ?? throw new ArgumentNullException(nameof(content))));

    /// <summary>Makes a source of its dictionary form.</summary>
    /// <param name="dictionary">One of the keys <c>path</c> and <c>data</c>; null or empty for no source.</param>
    /// <returns>The source, or null.</returns>
    /// <exception cref="ArgumentException">Both keys are there, or others.</exception>
    public static DataSource? FromDictionary(IReadOnlyDictionary<string, string>? dictionary)
    {
        if (dictionary is null || dictionary.Count == 0)
        {
            return null;
        }

        var hasPath = dictionary.TryGetValue("path", out var path);
        var hasData = dictionary.TryGetValue("data", out var data);
        return hasPath == hasData
            ? throw new ArgumentException($"A data source has either 'path' or 'data', seen: {string.Join(", ", dictionary.Keys)}.", nameof(dictionary))
            : hasPath ? FromPath(path!) : FromUTF8String(data!);
    }

    /// <summary>The dictionary form: <c>path</c>, or <c>data</c> as text.</summary>
    /// <returns>The dictionary.</returns>
    public Dictionary<string, string>? ToDictionary() => Path is not null
        ? new() { ["path"] = Path }
        : Data is not null ? new() { ["data"] = Encoding.UTF8.GetString(Data) } : null;

    /// <summary>The bytes; a file is read now.</summary>
    /// <returns>The bytes.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public byte[]? GetBytes() => Data ?? (Path is null ? null : File.ReadAllBytes(Path));
}
