namespace Lakehouse.Privacy;

/// <summary>A key that tokens are made with. Never printed.</summary>
public sealed class TokenKey
{
    private const int LeastBytes = 32;
    private readonly byte[] _bytes;

    /// <summary>Makes a key.</summary>
    /// <param name="name">Its name, letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="version">Its version, from 1.</param>
    /// <param name="bytes">32 random bytes or more.</param>
    /// <exception cref="ArgumentException">The name has other characters, or the bytes are too few.</exception>
    public TokenKey(string name, int version, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (!IsName(name))
        {
            throw new ArgumentException($"A key's name has letters, digits, '-' and '_', seen '{name}'.", nameof(name));
        }

        if (bytes.Length < LeastBytes)
        {
            throw new ArgumentException($"Key '{name}' version {version}: expected {LeastBytes} bytes or more, seen {bytes.Length}.", nameof(bytes));
        }

        (Name, Version, _bytes) = (name, version, bytes.ToArray());
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its version, from 1.</summary>
    public int Version { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>True for a text that can name a key.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= 64 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Name and version, not the key.</summary>
    public override string ToString() => $"{Name}.{Version}";
}
