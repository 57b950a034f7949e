using System.Globalization;
using System.Xml.Linq;

namespace Orchestrator.TestKit.S3;

/// <summary>Single objects: put, get, copy, delete, tags.</summary>
internal sealed partial class S3Service
{
    private const int MaxDeletes = 1000;
    private static readonly string[] KeptHeaders =
        ["content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires", "x-amz-website-redirect-location"];

    private S3Response Put(S3Request request, S3Bucket bucket, string etag)
    {
        CheckWrite(request, bucket);
        var headers = HeadersOf(request);
        var version = Store(bucket, request.Key, new S3Version
        {
            VersionId = NewVersion(bucket),
            Pieces = [request.Body],
            ETag = headers.GetValueOrDefault("x-amz-server-side-encryption") == "aws:kms" ? $"\"{Guid.NewGuid():N}\"" : etag,
            ModifiedAt = Now,
            StorageClass = request.Header("x-amz-storage-class") ?? "STANDARD",
            Headers = headers,
            Checksum = request.Checksum,
            Tags = [.. (request.Header("x-amz-tagging") ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split('=')).Select(t => (Uri.UnescapeDataString(t[0]), Uri.UnescapeDataString(t[^1])))],
        });
        var response = new S3Response().With("ETag", version.ETag).With("x-amz-server-side-encryption", headers["x-amz-server-side-encryption"]);
        return WithChecksum(WithVersion(response, bucket, version), version);
    }

    private S3Response Get(S3Request request, S3Bucket bucket)
    {
        var version = FindVersion(request, bucket);
        if (CheckRead(request, version) is { } notModified)
        {
            return notModified;
        }

        var (offset, count, partial) = RangeOf(request, version);
        var response = new S3Response { Status = partial ? 206 : 200, Body = version.Slice(offset, count) }
            .With("ETag", version.ETag).With("Last-Modified", version.LastModified).With("x-amz-storage-class", version.StorageClass == "STANDARD" ? null : version.StorageClass)
            .With("Content-Range", partial ? string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + count - 1}/{version.Length}") : null)
            .With("x-amz-mp-parts-count", request.Has("partNumber") && version.IsMultipart ? $"{version.Pieces.Count}" : null);
        foreach (var (name, value) in version.Headers)
        {
            response.With(name, request.Parameter("response-" + name) ?? value);
        }

        foreach (var (name, value) in request.Query.Where(q => q.Name.StartsWith("response-", StringComparison.Ordinal)))
        {
            response.With(name["response-".Length..], value);
        }

        WithVersion(response, bucket, version);
        return request.Header("x-amz-checksum-mode") == "ENABLED" && !partial ? WithChecksum(response, version) : response;
    }

    private S3Response Copy(S3Request request, S3Bucket bucket)
    {
        var (sourceBucket, source) = SourceOf(request);
        if (sourceBucket == bucket && request.Header("x-amz-copy-source")!.EndsWith(request.Key, StringComparison.Ordinal) && source == bucket.Current(request.Key)
            && request.Header("x-amz-metadata-directive") != "REPLACE" && (request.Header("x-amz-storage-class") ?? source.StorageClass) == source.StorageClass)
        {
            throw new S3Error(400, "InvalidRequest", "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.");
        }

        CheckWrite(request, bucket);
        var bytes = Join(source.Pieces);
        var version = Store(bucket, request.Key, source with
        {
            VersionId = NewVersion(bucket),
            Pieces = [bytes],
            IsMultipart = false,
            ETag = source.IsMultipart ? Quoted(System.Security.Cryptography.MD5.HashData(bytes)) : source.ETag,
            ModifiedAt = Now,
            StorageClass = request.Header("x-amz-storage-class") ?? "STANDARD",
            Headers = request.Header("x-amz-metadata-directive") == "REPLACE" ? HeadersOf(request) : source.Headers,
            Checksum = source.IsMultipart || source.Checksum is null ? ("crc64nvme", Checksums.Of("crc64nvme", bytes)) : source.Checksum,
        });
        var response = S3Response.Xml(new XmlText("CopyObjectResult").Add("LastModified", version.Timestamp).Add("ETag", version.ETag).ToString()).With("ETag", version.ETag);
        return WithChecksum(WithVersion(response, bucket, version), version);
    }

    private S3Response Delete(S3Request request, S3Bucket bucket)
    {
        var current = bucket.Current(request.Key);
        if (request.Header("If-Match") is { } wanted && (current is null || (wanted != "*" && !SameTag(wanted, current.ETag))))
        {
            throw current is null ? S3Error.NoSuchKey() : S3Error.PreconditionFailed(current);
        }

        var (versionId, isMarker) = Remove(bucket, request.Key, request.Parameter("versionId"));
        return new S3Response { Status = 204 }.With("x-amz-delete-marker", isMarker ? "true" : null).With("x-amz-version-id", versionId);
    }

    private S3Response DeleteObjects(S3Request request, S3Bucket bucket)
    {
        if (request.Header("Content-MD5") is null && request.Checksum is null)
        {
            throw new S3Error(400, "InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }

        var document = Parse(request, "Delete");
        var objects = document.Elements().Where(e => e.Name.LocalName == "Object").ToList();
        if (objects.Count is 0 or > MaxDeletes)
        {
            throw S3Error.MalformedXml();
        }

        var result = new XmlText("DeleteResult");
        foreach (var entry in objects)
        {
            var key = Child(entry, "Key") ?? throw S3Error.MalformedXml();
            var asked = Child(entry, "VersionId");
            var (versionId, isMarker) = Remove(bucket, key, asked);
            if (Child(document, "Quiet") != "true")
            {
                result.Nest("Deleted", d => d.Add("Key", key).AddIf(asked is not null, "VersionId", asked)
                    .AddIf(isMarker, "DeleteMarker", "true").AddIf(isMarker && asked is null, "DeleteMarkerVersionId", versionId));
            }
        }

        return S3Response.Xml(result.ToString());
    }

    private S3Response GetTags(S3Request request, S3Bucket bucket)
    {
        var version = FindVersion(request, bucket);
        return S3Response.Xml(new XmlText("Tagging").Nest("TagSet", set =>
        {
            foreach (var (key, value) in version.Tags)
            {
                set.Nest("Tag", t => t.Add("Key", key).Add("Value", value));
            }
        }).ToString());
    }

    private S3Response PutTags(S3Request request, S3Bucket bucket)
    {
        var tags = Parse(request, "Tagging").Descendants().Where(e => e.Name.LocalName == "Tag").Select(t => (Child(t, "Key") ?? "", Child(t, "Value") ?? "")).ToList();
        Replace(bucket, request.Key, FindVersion(request, bucket), v => v with { Tags = tags });
        return new S3Response();
    }

    private S3Response DeleteTags(S3Request request, S3Bucket bucket)
    {
        Replace(bucket, request.Key, FindVersion(request, bucket), v => v with { Tags = [] });
        return new S3Response { Status = 204 };
    }

    private S3Response Attributes(S3Request request, S3Bucket bucket)
    {
        var version = FindVersion(request, bucket);
        var wanted = (request.Header("x-amz-object-attributes") ?? throw S3Error.InvalidArgument("The x-amz-object-attributes header is required.")).Split(',', StringSplitOptions.TrimEntries);
        return S3Response.Xml(new XmlText("getObjectAttributesResponse", space: false)
            .AddIf(wanted.Contains("ETag"), "ETag", version.ETag.Trim('"'))
            .AddIf(wanted.Contains("StorageClass"), "StorageClass", "STANDARD")
            .AddIf(wanted.Contains("ObjectSize"), "ObjectSize", version.Length).ToString()).With("Last-Modified", version.LastModified);
    }

    /// <summary>The conditions of a write.</summary>
    private static void CheckWrite(S3Request request, S3Bucket bucket)
    {
        var current = bucket.Current(request.Key);
        if (request.Header("If-None-Match") is { } none)
        {
            if (none != "*")
            {
                throw new S3Error(501, "NotImplemented", "A header you provided implies functionality that is not implemented");
            }

            if (current is not null)
            {
                throw S3Error.PreconditionFailed(current);
            }
        }

        if (request.Header("If-Match") is { } match)
        {
            _ = current is null ? throw S3Error.NoSuchKey() : match == "*" || SameTag(match, current.ETag) ? current : throw S3Error.PreconditionFailed(current);
        }
    }

    /// <summary>The conditions of a read; an answer when they end it without an error.</summary>
    private static S3Response? CheckRead(S3Request request, S3Version version, string prefix = "")
    {
        var second = new DateTimeOffset(version.ModifiedAt.Ticks - (version.ModifiedAt.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        var (match, none) = (request.Header(prefix + "If-Match"), request.Header(prefix + "If-None-Match"));
        if (match is not null ? match != "*" && !SameTag(match, version.ETag) : Time(request.Header(prefix + "If-Unmodified-Since")) is { } unmodified && second > unmodified)
        {
            throw S3Error.PreconditionFailed(version);
        }

        if (none is not null ? none == "*" || SameTag(none, version.ETag) : Time(request.Header(prefix + "If-Modified-Since")) is { } modified && second <= modified)
        {
            return prefix.Length > 0
                ? throw S3Error.PreconditionFailed(version)
                : new S3Response { Status = 304 }.With("ETag", version.ETag).With("Last-Modified", version.LastModified);
        }

        return null;
    }

    private (S3Bucket Bucket, S3Version Version) SourceOf(S3Request request)
    {
        var source = request.Header("x-amz-copy-source")!.TrimStart('/');
        var mark = source.IndexOf("?versionId=", StringComparison.Ordinal);
        var (path, versionId) = mark < 0 ? (source, null) : (source[..mark], source[(mark + "?versionId=".Length)..]);
        if (Uri.UnescapeDataString(path).Split('/', 2) is not [var name, { Length: > 0 } key])
        {
            throw S3Error.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
        }

        try
        {
            var bucket = _buckets.GetValueOrDefault(name) ?? throw S3Error.NoSuchBucket();
            var version = (versionId is null ? bucket.Current(key) : bucket.Keys.GetValueOrDefault(key)?.FirstOrDefault(v => v.VersionId == versionId)) ?? throw S3Error.NoSuchKey();
            CheckRead(request, version, "x-amz-copy-source-");
            return (bucket, version);
        }
        catch (S3Error error)
        {
            error.Key = key;
            throw;
        }
    }

    private static (long Offset, long Count, bool Partial) RangeOf(S3Request request, S3Version version)
    {
        var length = version.Length;
        if (request.Parameter("partNumber") is { } part)
        {
            var number = int.Parse(part, CultureInfo.InvariantCulture);
            return number >= 1 && number <= version.Pieces.Count
                ? (version.Pieces.Take(number - 1).Sum(p => (long)p.Length), version.Pieces[number - 1].Length, true)
                : throw new S3Error(416, "InvalidPartNumber", "The requested partnumber is not satisfiable");
        }

        // One range of bytes; anything else is passed over, as the protocol allows.
        var range = request.Header("Range");
        if (range is null || !range.StartsWith("bytes=", StringComparison.Ordinal) || range["bytes=".Length..].Split('-') is not [var first, var last]
            || (first.Length == 0 && last.Length == 0) || !Number(first, out var from) || !Number(last, out var to))
        {
            return (0, length, false);
        }

        var (offset, end) = first.Length == 0 ? (Math.Max(0, length - to), length - 1) : (from, last.Length == 0 ? length - 1 : Math.Min(to, length - 1));
        if (first.Length > 0 && last.Length > 0 && to < from)
        {
            return (0, length, false);
        }

        return offset < length && (first.Length > 0 || to > 0)
            ? (offset, end - offset + 1, true)
            : throw NoRange(first.Length == 0 ? null : $"{from}-{(last.Length == 0 ? length - 1 : to)}", length);
    }

    private static S3Error NoRange(string? asked, long length)
    {
        var error = new S3Error(416, "InvalidRange", "The requested range is not satisfiable");
        return asked is null ? error : error.WithElement("ActualObjectSize", $"{length}").WithElement("RangeRequested", asked);
    }

    private static bool Number(string text, out long number)
    {
        number = 0;
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private S3Version FindVersion(S3Request request, S3Bucket bucket)
    {
        var versions = bucket.Keys.GetValueOrDefault(request.Key);
        if (request.Parameter("versionId") is { } id)
        {
            if (id != "null" && !Guid.TryParse(id, out _))
            {
                throw S3Error.InvalidArgument("Invalid version id specified");
            }

            var asked = versions?.FirstOrDefault(v => v.VersionId == id) ?? throw new S3Error(404, "NoSuchVersion", "The specified version does not exist.");
            return asked.IsDeleteMarker ? throw NotAllowed().With("x-amz-delete-marker", "true").With("x-amz-version-id", id) : asked;
        }

        return versions?[0] switch
        {
            null => throw S3Error.NoSuchKey(),
            { IsDeleteMarker: true } marker => throw S3Error.NoSuchKey().With("x-amz-delete-marker", "true").With("x-amz-version-id", marker.VersionId),
            { } version => version,
        };
    }

    private Dictionary<string, string> HeadersOf(S3Request request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Http.Request.Headers)
        {
            if (KeptHeaders.Contains(name.ToLowerInvariant()) || name.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
            {
                headers[name.ToLowerInvariant()] = value.ToString();
            }
        }

        var encodings = headers.GetValueOrDefault("content-encoding", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(e => e != "aws-chunked").ToArray();
        headers.Remove("content-encoding");
        if (encodings.Length > 0)
        {
            headers["content-encoding"] = string.Join(',', encodings);
        }

        headers.TryAdd("content-type", "binary/octet-stream");
        headers["x-amz-server-side-encryption"] = request.Header("x-amz-server-side-encryption") switch
        {
            null or "AES256" => "AES256",
            "aws:kms" => "aws:kms",
            _ => throw S3Error.InvalidArgument("The encryption method specified is not supported"),
        };
        if (request.Header("x-amz-server-side-encryption-aws-kms-key-id") is { } keyId)
        {
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = keyId;
        }

        return headers;
    }

    private static S3Version Store(S3Bucket bucket, string key, S3Version version)
    {
        if (!bucket.Keys.TryGetValue(key, out var versions))
        {
            bucket.Keys[key] = versions = [];
        }

        if (bucket.Versioning != "Enabled")
        {
            versions.RemoveAll(v => v.VersionId == "null");
        }

        versions.Insert(0, version);
        return version;
    }

    /// <summary>Removes a version, or puts a delete marker; what the answer says of it.</summary>
    private (string? VersionId, bool IsMarker) Remove(S3Bucket bucket, string key, string? versionId)
    {
        var versions = bucket.Keys.GetValueOrDefault(key);
        if (versionId is not null)
        {
            var found = versions?.FirstOrDefault(v => v.VersionId == versionId);
            if (found is not null && versions!.Remove(found) && versions.Count == 0)
            {
                bucket.Keys.Remove(key);
            }

            return (versionId, found?.IsDeleteMarker == true);
        }

        if (bucket.Versioning is null)
        {
            bucket.Keys.Remove(key);
            return (null, false);
        }

        var marker = Store(bucket, key, new S3Version { VersionId = NewVersion(bucket), IsDeleteMarker = true, ModifiedAt = Now });
        return (marker.VersionId, true);
    }

    private static void Replace(S3Bucket bucket, string key, S3Version version, Func<S3Version, S3Version> change)
    {
        var versions = bucket.Keys[key];
        versions[versions.IndexOf(version)] = change(version);
    }

    private static string NewVersion(S3Bucket bucket) => bucket.Versioning == "Enabled" ? Guid.NewGuid().ToString() : "null";

    private static S3Response WithVersion(S3Response response, S3Bucket bucket, S3Version version) =>
        bucket.Versioning is not null && version.VersionId != "null" ? response.With("x-amz-version-id", version.VersionId) : response;

    private static S3Response WithChecksum(S3Response response, S3Version version) => version.Checksum is var (algorithm, value)
        ? response.With(Checksums.HeaderOf(algorithm), value).With("x-amz-checksum-type", value.Contains('-', StringComparison.Ordinal) ? "COMPOSITE" : "FULL_OBJECT")
        : response;

    private static bool SameTag(string asked, string etag) => asked.Trim('"') == etag.Trim('"');

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static byte[] Join(IReadOnlyList<byte[]> pieces) => pieces is [var only] ? only : [.. pieces.SelectMany(p => p)];
}
