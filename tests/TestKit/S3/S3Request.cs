using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.TestKit.S3;

/// <summary>A request as it came over the wire, taken apart.</summary>
public sealed class S3Request
{
    private S3Request(HttpContext http, string path, IReadOnlyList<(string Name, string Value)> query, string bucket, string key)
    {
        Http = http;
        Path = path;
        Query = query;
        Bucket = bucket;
        Key = key;
    }

    /// <summary>The connection's side of it.</summary>
    internal HttpContext Http { get; }

    /// <summary>GET, PUT and so on.</summary>
    public string Method => Http.Request.Method;

    /// <summary>Decoded path, the bucket in it when the request is path style.</summary>
    public string Path { get; }

    /// <summary>Decoded query in the order it was sent.</summary>
    public IReadOnlyList<(string Name, string Value)> Query { get; }

    /// <summary>Name of the bucket; empty for the service itself.</summary>
    public string Bucket { get; }

    /// <summary>Decoded key; empty for the bucket itself.</summary>
    public string Key { get; }

    /// <summary>The body once read and checked.</summary>
    internal byte[] Body { get; set; } = [];

    /// <summary>Checksums that came with the body and were found right: algorithm and base64 value.</summary>
    internal (string Algorithm, string Value)? Checksum { get; set; }

    /// <summary>Value of a header; null when it was not sent.</summary>
    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Value of a query parameter; null when it was not sent.</summary>
    public string? Parameter(string name) => Query.Where(q => q.Name == name).Select(q => q.Value).FirstOrDefault();

    /// <summary>Whether a query parameter was sent.</summary>
    public bool Has(string name) => Query.Any(q => q.Name == name);

    /// <summary>Takes a request apart.</summary>
    /// <param name="http">The connection.</param>
    /// <param name="domain">Host name under which buckets are sub-domains.</param>
    internal static S3Request Of(HttpContext http, string domain)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(mark < 0 ? target : target[..mark]);
        var query = mark < 0 ? [] : target[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair).ToList();
        var host = http.Request.Host.Host;
        if (host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase))
        {
            return new S3Request(http, path, query, host[..^(domain.Length + 1)], path[1..]);
        }

        var slash = path.IndexOf('/', 1);
        return slash < 0 ? new S3Request(http, path, query, path[1..], "") : new S3Request(http, path, query, path[1..slash], path[(slash + 1)..]);
    }

    private static (string, string) Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (Decode(text), "") : (Decode(text[..equals]), Decode(text[(equals + 1)..]));
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>The body as text.</summary>
    internal string Text => Encoding.UTF8.GetString(Body);
}
