using System.Globalization;
using System.Security.Cryptography;

namespace Orchestrator.TestKit.S3;

/// <summary>Uploads in parts.</summary>
internal sealed partial class S3Service
{
    private const int MaxParts = 10_000;
    private const int SmallestPart = 5 << 20;

    private S3Response CreateUpload(S3Request request, S3Bucket bucket)
    {
        var id = Guid.NewGuid().ToString("N");
        bucket.Uploads[id] = new S3Upload(request.Key, time.GetUtcNow(), HeadersOf(request));
        return S3Response.Xml(new XmlText("InitiateMultipartUploadResult").Add("Bucket", bucket.Name).Add("Key", request.Key).Add("UploadId", id).ToString());
    }

    private S3Response PutPart(S3Request request, S3Bucket bucket, string etag)
    {
        if (!int.TryParse(request.Parameter("partNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MaxParts)
        {
            throw S3Error.InvalidArgument("Part number must be an integer between 1 and 10000, inclusive");
        }

        var upload = FindUpload(request, bucket);
        if (request.Header("x-amz-copy-source") is null)
        {
            upload.Parts[number] = new S3Part(request.Body, etag, Now);
            var response = new S3Response().With("ETag", etag);
            return request.Checksum is var (algorithm, value) ? response.With(Checksums.HeaderOf(algorithm), value) : response;
        }

        var source = SourceOf(request).Version;
        var (offset, count) = (0L, source.Length);
        if (request.Header("x-amz-copy-source-range") is { } range)
        {
            if (range["bytes=".Length..].Split('-') is not [var first, var last] || !long.TryParse(first, out var from) || !long.TryParse(last, out var to) || to < from || to >= source.Length)
            {
                throw S3Error.InvalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy");
            }

            (offset, count) = (from, to - from + 1);
        }

        var bytes = source.Slice(offset, count).SelectMany(s => s.ToArray()).ToArray();
        var part = upload.Parts[number] = new S3Part(bytes, Quoted(MD5.HashData(bytes)), Now);
        return S3Response.Xml(new XmlText("CopyPartResult").Add("LastModified", $"{part.ModifiedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}").Add("ETag", part.ETag).ToString());
    }

    private S3Response CompleteUpload(S3Request request, S3Bucket bucket)
    {
        var upload = FindUpload(request, bucket);
        var named = Parse(request, "CompleteMultipartUpload").Elements().Where(e => e.Name.LocalName == "Part")
            .Select(p => (Number: int.Parse(Child(p, "PartNumber") ?? throw S3Error.MalformedXml(), CultureInfo.InvariantCulture), ETag: Child(p, "ETag") ?? "")).ToList();
        if (named.Count == 0)
        {
            throw S3Error.MalformedXml();
        }

        if (named.Zip(named.Skip(1)).Any(p => p.First.Number >= p.Second.Number))
        {
            throw new S3Error(400, "InvalidPartOrder", "The list of parts was not in ascending order. The parts list must be specified in order by part number.");
        }

        var parts = named.Select(n => upload.Parts.TryGetValue(n.Number, out var part) && SameTag(n.ETag, part.ETag)
            ? part
            : throw new S3Error(400, "InvalidPart", "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.")).ToList();
        if (parts.Take(parts.Count - 1).Any(p => p.Bytes.Length < SmallestPart))
        {
            throw new S3Error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.");
        }

        CheckWrite(request, bucket);
        var hashes = parts.SelectMany(p => Convert.FromHexString(p.ETag.Trim('"'))).ToArray();
        var version = Store(bucket, request.Key, new S3Version
        {
            VersionId = NewVersion(bucket),
            Pieces = [.. parts.Select(p => p.Bytes)],
            IsMultipart = true,
            ETag = $"\"{Convert.ToHexStringLower(MD5.HashData(hashes))}-{parts.Count}\"",
            ModifiedAt = Now,
            Headers = upload.Headers,
        });
        bucket.Uploads.Remove(request.Parameter("uploadId")!);
        var location = $"http://{request.Http.Request.Host}/{bucket.Name}/{SigV4.Encode(request.Key, keepSlash: true)}";
        return WithVersion(
            S3Response.Xml(new XmlText("CompleteMultipartUploadResult").Add("Location", location).Add("Bucket", bucket.Name).Add("Key", request.Key).Add("ETag", version.ETag).ToString())
                .With("ETag", version.ETag),
            bucket,
            version);
    }

    private static S3Response AbortUpload(S3Request request, S3Bucket bucket)
    {
        FindUpload(request, bucket);
        bucket.Uploads.Remove(request.Parameter("uploadId")!);
        return new S3Response { Status = 204 };
    }

    private static S3Response ListParts(S3Request request, S3Bucket bucket)
    {
        var upload = FindUpload(request, bucket);
        var max = Math.Min(int.Parse(request.Parameter("max-parts") ?? $"{MaxParts}", CultureInfo.InvariantCulture), MaxParts);
        var marker = int.Parse(request.Parameter("part-number-marker") ?? "0", CultureInfo.InvariantCulture);
        var rest = upload.Parts.Where(p => p.Key > marker).ToList();
        var page = rest.Take(max).ToList();
        var result = new XmlText("ListPartsResult").Add("Bucket", bucket.Name).Add("Key", request.Key).Add("UploadId", request.Parameter("uploadId"))
            .Nest("Initiator", i => i.Add("ID", Owner).Add("DisplayName", Owner)).Nest("Owner", o => o.Add("ID", Owner).Add("DisplayName", Owner))
            .Add("StorageClass", "STANDARD").Add("PartNumberMarker", marker).Add("NextPartNumberMarker", rest.Count > page.Count ? page[^1].Key : 0)
            .Add("MaxParts", max).Add("IsTruncated", rest.Count > page.Count ? "true" : "false").Add("ChecksumAlgorithm", "").Add("ChecksumType", "");
        foreach (var (number, part) in page)
        {
            result.Nest("Part", p => p.Add("PartNumber", number).Add("LastModified", $"{part.ModifiedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}").Add("ETag", part.ETag).Add("Size", part.Bytes.Length));
        }

        return S3Response.Xml(result.ToString());
    }

    private static S3Response ListUploads(S3Request request, S3Bucket bucket)
    {
        var prefix = request.Parameter("prefix") ?? "";
        var result = new XmlText("ListMultipartUploadsResult").Add("Bucket", bucket.Name).Add("KeyMarker", request.Parameter("key-marker")).Add("UploadIdMarker", request.Parameter("upload-id-marker"))
            .Add("NextKeyMarker", "").Add("NextUploadIdMarker", "").AddIf(prefix.Length > 0, "Prefix", prefix).Add("MaxUploads", request.Parameter("max-uploads") ?? "1000").Add("IsTruncated", "false");
        foreach (var (id, upload) in bucket.Uploads.Where(u => u.Value.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(u => u.Value.Key, StringComparer.Ordinal))
        {
            result.Nest("Upload", u => u.Add("Key", upload.Key).Add("UploadId", id).Nest("Initiator", i => i.Add("ID", Owner)).Nest("Owner", o => o.Add("ID", Owner))
                .Add("StorageClass", "STANDARD").Add("Initiated", $"{upload.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}"));
        }

        return S3Response.Xml(result.ToString());
    }

    private static S3Upload FindUpload(S3Request request, S3Bucket bucket) =>
        bucket.Uploads.TryGetValue(request.Parameter("uploadId") ?? "", out var upload) && upload.Key == request.Key ? upload : throw S3Error.NoSuchUpload();
}
