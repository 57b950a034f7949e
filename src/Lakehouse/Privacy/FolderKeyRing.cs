using System.Globalization;

namespace Lakehouse.Privacy;

/// <summary>
/// Keys as files of a folder, <c>customers.2.key</c> holding version 2 of key <c>customers</c> as base64, as mounted secrets come. Keep every version for
/// as long as tokens made with it are to be joined with new ones of the same version.
/// </summary>
/// <param name="folder">The folder; null when none is set, so that every question is answered with how to set one.</param>
public sealed class FolderKeyRing(string? folder) : IKeyRing
{
    /// <summary>Variable of the environment that names the folder where no option does.</summary>
    public const string Variable = "ORCHESTRATOR_KEYS";

    /// <inheritdoc/>
    public TokenKey Current(string name)
    {
        if (!TokenKey.IsName(name))
        {
            throw new LakehouseException("privacy.key", $"A key's name has letters, digits, '-' and '_', seen '{name}'. Help: correct 'key' of the contract's privacy property.");
        }

        var newest = folder is null || !Directory.Exists(folder)
            ? []
            : Directory.EnumerateFiles(folder, $"{name}.*.key")
                .Select(f => (File: f, Version: int.TryParse(Path.GetFileName(f).AsSpan(name.Length + 1, Path.GetFileName(f).Length - name.Length - 5), NumberStyles.None, CultureInfo.InvariantCulture, out var v) ? v : 0))
                .Where(f => f.Version > 0).OrderByDescending(f => f.Version).Take(1).ToArray();
        if (newest is not [var key])
        {
            throw new LakehouseException(
                "privacy.key",
                $"Key '{name}' is needed to make tokens: expected a file '{name}.1.key' {(folder is null ? "in a folder of keys, none is set" : $"in '{folder}', seen none")}. Help: set {Variable} to a folder and put 32 random bytes as base64 there: head -c 32 /dev/urandom | base64 > {name}.1.key");
        }

        try
        {
            return new TokenKey(name, key.Version, Convert.FromBase64String(File.ReadAllText(key.File).Trim()));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new LakehouseException("privacy.key", $"Key file '{key.File}': expected 32 bytes or more as base64, seen something else. Help: write it again; tokens made with another key will not join.");
        }
    }
}
