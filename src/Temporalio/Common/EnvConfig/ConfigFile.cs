using System.Text;

namespace Temporalio.Common.EnvConfig;

/// <summary>Reads the profiles of a <c>temporal.toml</c>.</summary>
internal sealed class ConfigFile
{
    private static readonly string[] ProfileKeys = ["address", "namespace", "api_key", "tls", "codec", "grpc_meta"];

    private static readonly string[] TlsKeys =
    [
        "disabled", "server_name", "server_ca_cert_path", "server_ca_cert_data", "client_cert_path", "client_cert_data", "client_key_path", "client_key_data",
        "disable_host_verification",
    ];

    private readonly bool _strict;

    private ConfigFile(bool strict) => _strict = strict;

    /// <summary>Reads the profiles; none when the file is not there.</summary>
    /// <exception cref="InvalidOperationException">The file is wrong.</exception>
    internal static IReadOnlyDictionary<string, ClientEnvConfig.Profile> Load(DataSource? source, ConfigVariables variables, bool strict)
    {
        var path = source is null ? variables.DefaultFile() : source.Path;
        if (source?.Data is null && (path is null || !File.Exists(path)))
        {
            return new Dictionary<string, ClientEnvConfig.Profile>();
        }

        try
        {
            var bytes = source?.Data ?? File.ReadAllBytes(path!);
            return new ConfigFile(strict).Read(TomlReader.Read(Encoding.UTF8.GetString(bytes)));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            var place = source?.Data is null ? $" of '{path}'" : string.Empty;
            throw new InvalidOperationException($"Configuration loading error{place}: {e.Message}", e);
        }
    }

    /// <summary>A name of metadata as it is sent.</summary>
    internal static string HeaderName(string name) => name.ToLowerInvariant().Replace('_', '-');

    private Dictionary<string, ClientEnvConfig.Profile> Read(TomlTable root)
    {
        Check(root, ["profile"]);
        return Table(root, "profile")?.Entries.ToDictionary(p => p.Key, p => Profile(AsTable(p.Value)), StringComparer.Ordinal) ?? [];
    }

    private ClientEnvConfig.Profile Profile(TomlTable table)
    {
        Check(table, ProfileKeys);
        if (Table(table, "codec") is { } codec)
        {
            // Used by command line tools only, checked all the same.
            Check(codec, ["endpoint", "auth"]);
            _ = (Text(codec, "endpoint"), Text(codec, "auth"));
        }

        var meta = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Table(table, "grpc_meta")?.Entries ?? [])
        {
            meta[HeaderName(name)] = AsText(value);
        }

        return new(Text(table, "address"), Text(table, "namespace"), Text(table, "api_key"), Table(table, "tls") is { } tls ? Tls(tls) : null, meta.Count > 0 ? meta : null);
    }

    private ClientEnvConfig.Tls Tls(TomlTable table)
    {
        Check(table, TlsKeys);
        _ = Flag(table, "disable_host_verification");
        return new(Flag(table, "disabled"), Text(table, "server_name"), Source(table, "server_ca_cert"), Source(table, "client_cert"), Source(table, "client_key"));
    }

    private void Check(TomlTable table, string[] known)
    {
        if (_strict && table.Entries.FirstOrDefault(e => !known.Contains(e.Key)) is { Key: { } unknown, Value: { } value })
        {
            throw value.KeyAt.Error($"unknown field `{unknown}`, expected one of {string.Join(", ", known.Select(k => $"`{k}`"))}");
        }
    }

    private static DataSource? Source(TomlTable table, string name)
    {
        var path = Text(table, name + "_path");
        var data = Text(table, name + "_data");
        return (path, data) switch
        {
            (null, null) => null,
            (not null, not null) => throw new InvalidOperationException($"Invalid configuration: Cannot specify both {name}_path and {name}_data"),
            _ => path is not null ? DataSource.FromPath(path) : DataSource.FromUTF8String(data!),
        };
    }

    private static string? Text(TomlTable table, string key) => table.Find(key) is { } value ? AsText(value) : null;

    private static string AsText(TomlValue value) => value.Content as string ?? throw Wrong(value, "a string");

    private static bool? Flag(TomlTable table, string key) => table.Find(key) is not { } value ? null : value.Content is bool flag ? flag : throw Wrong(value, "a boolean");

    private static TomlTable? Table(TomlTable table, string key) => table.Find(key) is { } value ? AsTable(value) : null;

    private static TomlTable AsTable(TomlValue value) => value.Content as TomlTable ?? throw Wrong(value, "a table");

    private static FormatException Wrong(TomlValue value, string expected) => value.At.Error($"invalid type: {value.Kind}, expected {expected}");
}
