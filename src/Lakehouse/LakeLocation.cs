using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;

namespace Lakehouse;

/// <summary>
/// Where a lake is, in one line of settings: a folder, or <c>s3://bucket/prefix?endpoint=http://127.0.0.1:9000&amp;region=eu-west-1</c>. Parameters:
/// <c>endpoint</c>, <c>region</c>, <c>style</c> (<c>path</c> or <c>host</c>; path where there is an endpoint), <c>credentials</c> (a reference, see
/// <see cref="S3Credentials.Resolve"/>), <c>encryption</c> (<c>AES256</c> or <c>aws:kms</c>), <c>kms_key</c>, <c>warm_class</c> and <c>cold_class</c> (classes of storage for old partitions), <c>cache</c> (folder of the engine's copies) and
/// <c>cache_bytes</c> (their bound). The line never holds credentials.
/// </summary>
public static class LakeLocation
{
    private const string Scheme = "s3://";
    private const long DefaultCacheBytes = 10L << 30;
    private static readonly string[] Parameters = ["cache", "cache_bytes", "credentials", "encryption", "endpoint", "kms_key", "region", "style", "warm_class", "cold_class"];

    /// <summary>Classes whose objects must be asked for hours before they can be read.</summary>
    private static readonly string[] Archives = ["GLACIER", "DEEP_ARCHIVE"];

    /// <summary>Whether it is a bucket rather than a folder.</summary>
    public static bool IsRemote(string location) => location.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The location with an absolute folder.</summary>
    /// <param name="location">Folder or bucket.</param>
    /// <param name="folder">What a relative folder is relative to.</param>
    public static string Absolute(string location, string folder) => IsRemote(location) ? location : Path.GetFullPath(location, folder);

    /// <summary>Options of the store of a bucket's location.</summary>
    /// <exception cref="LakehouseException"><c>lake.location</c>: it is not one.</exception>
    public static S3StoreOptions S3Options(string location)
    {
        var (bucket, prefix, parameters) = Parse(location);
        var endpoint = parameters.GetValueOrDefault("endpoint");
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0))
        {
            throw Wrong("'endpoint' is no http or https address");
        }

        return new S3StoreOptions
        {
            Bucket = bucket,
            Prefix = prefix.Length == 0 ? "" : prefix + "/",
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            Region = parameters.GetValueOrDefault("region", "us-east-1"),
            PathStyle = parameters.GetValueOrDefault("style", endpoint is null ? "host" : "path") switch { "path" => true, "host" => false, _ => throw Wrong("'style' is neither 'path' nor 'host'") },
            Credentials = parameters.GetValueOrDefault("credentials", "default"),
            ServerSideEncryption = parameters.GetValueOrDefault("encryption") is not { } method ? null : method is "AES256" or "aws:kms" ? method : throw Wrong("'encryption' is neither 'AES256' nor 'aws:kms'"),
            KmsKeyId = parameters.GetValueOrDefault("kms_key"),
            WarmClass = Class("warm_class"),
            ColdClass = Class("cold_class"),
        };

        string? Class(string name)
        {
            var value = parameters.GetValueOrDefault(name);
            return Archives.Contains(value, StringComparer.OrdinalIgnoreCase) ? throw Wrong($"objects of the class that '{name}' names cannot be read at once") : value;
        }
    }

    /// <summary>Opens the store of a location, and the cache of the engine's copies when it is a bucket.</summary>
    internal static (IObjectStore Store, FileCache? Cache) Open(string location)
    {
        if (!IsRemote(location))
        {
            return (new LocalObjectStore(location), null);
        }

        var options = S3Options(location);
        var parameters = Parse(location).Parameters;
        var bytes = parameters.TryGetValue("cache_bytes", out var text)
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("'cache_bytes' is no number of bytes")
            : DefaultCacheBytes;
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Endpoint}|{options.Bucket}|{options.Prefix}")))[..16];
        var cache = new FileCache(Path.Combine(parameters.GetValueOrDefault("cache") ?? Path.Combine(Path.GetTempPath(), "orchestrator-cache"), identity), bytes);
        cache.SweepWork();
        return (new S3ObjectStore(options), cache);
    }

    private static (string Bucket, string Prefix, Dictionary<string, string> Parameters) Parse(string location)
    {
        var parts = location[Scheme.Length..].Split('?', 2);
        var path = parts[0].Trim('/').Split('/', 2);
        if (path[0].Length == 0 || path[0].AsSpan().IndexOfAny("@:") >= 0)
        {
            throw Wrong("it names no bucket, or something before it");
        }

        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parts.Length == 1 ? [] : parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is not [var name, { Length: > 0 } value] || !Parameters.Contains(name))
            {
                throw Wrong($"'{pair.Split('=')[0]}' is none of its parameters, or has no value");
            }

            parameters[name] = Uri.UnescapeDataString(value);
        }

        return (path[0], path.Length == 1 ? "" : path[1], parameters);
    }

    /// <summary>The location itself is not quoted: somebody may have written a secret into it.</summary>
    private static LakehouseException Wrong(string why) => new(
        "lake.location",
        $"The location is not valid: {why}. Expected a folder or s3://bucket/prefix?name=value with {string.Join(", ", Parameters)}. Help: correct it where it stands: 'lake' in the settings, or 'path' of a source.");
}
