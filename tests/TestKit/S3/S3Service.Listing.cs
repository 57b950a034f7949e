using System.Globalization;
using System.Text;

namespace Orchestrator.TestKit.S3;

/// <summary>Listings: both versions of ListObjects, and versions.</summary>
internal sealed partial class S3Service
{
    private const int PageSize = 1000;

    private static S3Response ListObjects(S3Request request, S3Bucket bucket)
    {
        var isV2 = request.Parameter("list-type") == "2";
        var (prefix, delimiter) = (request.Parameter("prefix") ?? "", request.Parameter("delimiter") ?? "");
        var max = MaxKeys(request);
        if (request.Parameter("encoding-type") is { } encoding && encoding != "url")
        {
            throw S3Error.InvalidArgument("Invalid Encoding Method specified in Request");
        }

        var token = isV2 ? request.Parameter("continuation-token") : null;
        var after = token is null ? request.Parameter(isV2 ? "start-after" : "marker") : FromToken(token);
        var (items, isTruncated) = Page(bucket, prefix, delimiter, after, Math.Min(max, PageSize));
        Func<string, string> encode = request.Has("encoding-type") ? k => SigV4.Encode(k, keepSlash: true) : k => k;
        var result = new XmlText("ListBucketResult").Add("Name", bucket.Name).Add("Prefix", encode(prefix));
        if (isV2)
        {
            result.AddIf(request.Has("start-after"), "StartAfter", encode(request.Parameter("start-after") ?? ""))
                .AddIf(token is not null, "ContinuationToken", token)
                .AddIf(isTruncated, "NextContinuationToken", isTruncated ? ToToken(items[^1].Name) : "").Add("KeyCount", items.Count);
        }
        else
        {
            result.Add("Marker", encode(request.Parameter("marker") ?? "")).AddIf(isTruncated && delimiter.Length > 0, "NextMarker", isTruncated ? encode(items[^1].Name) : "");
        }

        result.Add("MaxKeys", max).AddIf(delimiter.Length > 0, "Delimiter", encode(delimiter)).Add("IsTruncated", isTruncated ? "true" : "false");
        foreach (var (name, version) in items.Where(i => i.Version is not null))
        {
            result.Nest("Contents", c =>
            {
                c.Add("Key", encode(name)).Add("LastModified", version!.Timestamp).Add("ETag", version.ETag).Add("Size", version.Length);
                _ = !isV2 || request.Parameter("fetch-owner") == "true" ? c.Nest("Owner", o => o.Add("ID", Owner).Add("DisplayName", "test")) : c;
                c.Add("StorageClass", version!.StorageClass);
            });
        }

        foreach (var (name, _) in items.Where(i => i.Version is null))
        {
            result.Nest("CommonPrefixes", p => p.Add("Prefix", encode(name)));
        }

        return S3Response.Xml(result.AddIf(request.Has("encoding-type"), "EncodingType", "url").ToString());
    }

    /// <summary>Keys, and prefixes that stand for all keys up to the delimiter, in one order and counted together.</summary>
    private static (List<(string Name, S3Version? Version)> Items, bool IsTruncated) Page(S3Bucket bucket, string prefix, string delimiter, string? after, int max)
    {
        var items = new List<(string, S3Version?)>();
        string? group = after is not null && delimiter.Length > 0 && after.Length > prefix.Length && after.EndsWith(delimiter, StringComparison.Ordinal) ? after : null;
        foreach (var (key, versions) in bucket.Keys)
        {
            if (versions[0].IsDeleteMarker || !key.StartsWith(prefix, StringComparison.Ordinal) || (after is not null && S3Bucket.CompareUtf8(key, after) <= 0)
                || (group is not null && key.StartsWith(group, StringComparison.Ordinal)))
            {
                continue;
            }

            if (items.Count == max)
            {
                return (items, max > 0);
            }

            var end = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            group = end < 0 ? null : key[..(end + delimiter.Length)];
            items.Add(group is null ? (key, versions[0]) : (group, null));
        }

        return (items, false);
    }

    private static S3Response ListVersions(S3Request request, S3Bucket bucket)
    {
        var (prefix, max) = (request.Parameter("prefix") ?? "", MaxKeys(request));
        var (keyMarker, idMarker) = (request.Parameter("key-marker") ?? "", request.Parameter("version-id-marker") ?? "");
        var all = bucket.Keys.Where(k => k.Key.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(k => k.Value.Select((v, i) => (k.Key, Version: v, IsLatest: i == 0)))
            .Where(v => keyMarker.Length == 0 || S3Bucket.CompareUtf8(v.Key, keyMarker) >= 0).ToList();
        if (keyMarker.Length > 0)
        {
            all = [.. all.SkipWhile(v => v.Key == keyMarker && (idMarker.Length == 0 || v.Version.VersionId != idMarker)).SkipWhile(v => v.Key == keyMarker && v.Version.VersionId == idMarker)];
        }

        var page = all.Take(Math.Min(max, PageSize)).ToList();
        var isTruncated = page.Count < all.Count && max > 0;
        var result = new XmlText("ListVersionsResult").Add("Name", bucket.Name).Add("Prefix", prefix).Add("KeyMarker", keyMarker)
            .AddIf(isTruncated, "NextKeyMarker", isTruncated ? page[^1].Key : "").Add("NextVersionIdMarker", isTruncated ? page[^1].Version.VersionId : "")
            .Add("VersionIdMarker", idMarker).Add("MaxKeys", max).Add("IsTruncated", isTruncated ? "true" : "false");
        foreach (var (key, version, isLatest) in page)
        {
            result.Nest(version.IsDeleteMarker ? "DeleteMarker" : "Version", v => v.Add("Key", key).Add("LastModified", version.Timestamp)
                .AddIf(!version.IsDeleteMarker, "ETag", version.ETag).AddIf(!version.IsDeleteMarker, "Size", version.Length)
                .Nest("Owner", o => o.Add("ID", Owner).Add("DisplayName", "test")).AddIf(!version.IsDeleteMarker, "StorageClass", "STANDARD")
                .Add("IsLatest", isLatest ? "true" : "false").Add("VersionId", version.VersionId));
        }

        return S3Response.Xml(result.ToString());
    }

    private static int MaxKeys(S3Request request) => request.Parameter("max-keys") is not { } text
        ? PageSize
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var max) ? max : throw S3Error.InvalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");

    private static string ToToken(string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes("after:" + name));

    private static string FromToken(string token)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(token));
            return text.StartsWith("after:", StringComparison.Ordinal) ? text["after:".Length..] : throw BadToken();
        }
        catch (FormatException)
        {
            throw BadToken();
        }
    }

    private static S3Error BadToken() => S3Error.InvalidArgument("The continuation token provided is incorrect");
}
