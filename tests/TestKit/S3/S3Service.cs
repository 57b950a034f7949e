using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.TestKit.S3;

/// <summary>What the server does for a request that was let in; state in memory, one request at a time.</summary>
/// <param name="time">Clock of the objects.</param>
/// <param name="region">The server's region.</param>
/// <param name="checksumAll">Whether an object without a checksum gets CRC64NVME, as AWS does.</param>
internal sealed partial class S3Service(TimeProvider time, string region, bool checksumAll)
{
    private DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());

    public const string Owner = "02d6176db174dc93cb1b899f7c6078f08654445fe8cf1b6ce98d8855f66bdbf4";
    private readonly SortedDictionary<string, S3Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public S3Response Handle(S3Request request)
    {
        // Hashing is the slow part of a put; it must not make others wait.
        var etag = request.Method is "PUT" ? Quoted(MD5.HashData(request.Body)) : "";
        if (checksumAll && request is { Method: "PUT", Checksum: null, Key.Length: > 0 } && request.Header("x-amz-copy-source") is null && !request.Has("partNumber"))
        {
            request.Checksum = ("crc64nvme", Checksums.Of("crc64nvme", request.Body));
        }

        lock (_gate)
        {
            return request switch
            {
                { Bucket: "" } => request.Method == "GET" ? ListBuckets() : throw NotAllowed(),
                { Key: "" } => OfBucket(request),
                _ => OfObject(request, etag),
            };
        }
    }

    /// <summary>Makes a bucket.</summary>
    public void Create(string name)
    {
        lock (_gate)
        {
            _buckets.Add(name, new S3Bucket(name, time.GetUtcNow()));
        }
    }

    private S3Response OfBucket(S3Request request)
    {
        if (request.Method == "PUT" && request.Query.Count == 0)
        {
            return CreateBucket(request);
        }

        var bucket = Find(request);
        return request.Method switch
        {
            "HEAD" => new S3Response().With("Content-Type", "application/xml").With("x-amz-bucket-region", region),
            "DELETE" when request.Has("lifecycle") => Configure(() => bucket.Lifecycle = null, 204),
            "DELETE" => DeleteBucket(bucket),
            "POST" when request.Has("delete") => DeleteObjects(request, bucket),
            "PUT" when request.Has("versioning") => Configure(() => bucket.Versioning = Parse(request, "VersioningConfiguration").Elements().FirstOrDefault(e => e.Name.LocalName == "Status")?.Value),
            "PUT" when request.Has("lifecycle") => Configure(() => bucket.Lifecycle = Parse(request, "LifecycleConfiguration").ToString()),
            "GET" when request.Has("versioning") => S3Response.Xml(new XmlText("VersioningConfiguration").AddIf(bucket.Versioning is not null, "Status", bucket.Versioning).ToString()),
            "GET" when request.Has("location") => S3Response.Xml($"<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{(region == "us-east-1" ? "" : region)}</LocationConstraint>"),
            "GET" when request.Has("lifecycle") => S3Response.Xml(bucket.Lifecycle ?? throw new S3Error(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")),
            "GET" when request.Has("policy") => throw new S3Error(404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
            "GET" when request.Has("encryption") => S3Response.Xml(new XmlText("ServerSideEncryptionConfiguration")
                .Nest("Rule", r => r.Nest("ApplyServerSideEncryptionByDefault", d => d.Add("SSEAlgorithm", "AES256"))).ToString()),
            "GET" when request.Has("uploads") => ListUploads(request, bucket),
            "GET" when request.Has("versions") => ListVersions(request, bucket),
            "GET" when request.Has("acl") => Acl(),
            "GET" => ListObjects(request, bucket),
            _ => throw NotAllowed(),
        };
    }

    private S3Response OfObject(S3Request request, string etag)
    {
        var bucket = Find(request);
        return request.Method switch
        {
            "GET" or "HEAD" when request.Has("uploadId") => ListParts(request, bucket),
            "GET" when request.Has("tagging") => GetTags(request, bucket),
            "GET" when request.Has("attributes") => Attributes(request, bucket),
            "GET" when request.Has("acl") => Acl(),
            "GET" or "HEAD" => Get(request, bucket),
            "PUT" when request.Has("tagging") => PutTags(request, bucket),
            "PUT" when request.Has("partNumber") => PutPart(request, bucket, etag),
            "PUT" when request.Header("x-amz-copy-source") is not null => Copy(request, bucket),
            "PUT" => Put(request, bucket, etag),
            "POST" when request.Has("uploads") => CreateUpload(request, bucket),
            "POST" when request.Has("uploadId") => CompleteUpload(request, bucket),
            "DELETE" when request.Has("uploadId") => AbortUpload(request, bucket),
            "DELETE" when request.Has("tagging") => DeleteTags(request, bucket),
            "DELETE" => Delete(request, bucket),
            _ => throw NotAllowed(),
        };
    }

    private S3Response ListBuckets() => S3Response.Xml(new XmlText("ListAllMyBucketsResult")
        .Nest("Owner", o => o.Add("ID", Owner).Add("DisplayName", "test"))
        .Nest("Buckets", all =>
        {
            foreach (var bucket in _buckets.Values)
            {
                all.Nest("Bucket", b => b.Add("Name", bucket.Name).Add("CreationDate", $"{bucket.CreatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}"));
            }
        }).ToString());

    private S3Response CreateBucket(S3Request request)
    {
        if (!S3Bucket.IsName(request.Bucket))
        {
            throw new S3Error(400, "InvalidBucketName", "The specified bucket is not valid.");
        }

        return _buckets.TryAdd(request.Bucket, new S3Bucket(request.Bucket, time.GetUtcNow()))
            ? new S3Response().With("Location", "/" + request.Bucket)
            : throw new S3Error(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.");
    }

    private S3Response DeleteBucket(S3Bucket bucket)
    {
        if (bucket.Keys.Count > 0)
        {
            throw new S3Error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
        }

        _buckets.Remove(bucket.Name);
        return new S3Response { Status = 204 };
    }

    private static S3Response Configure(Action set, int status = 200)
    {
        set();
        return new S3Response { Status = status };
    }

    private static S3Response Acl() => S3Response.Xml(new XmlText("AccessControlPolicy")
        .Nest("Owner", o => o.Add("ID", Owner))
        .Nest("AccessControlList", l => l.Nest("Grant", g => g.Nest("Grantee", e => e.Add("ID", Owner)).Add("Permission", "FULL_CONTROL"))).ToString());

    private S3Bucket Find(S3Request request) => _buckets.GetValueOrDefault(request.Bucket) ?? throw S3Error.NoSuchBucket();

    private static XElement Parse(S3Request request, string root)
    {
        try
        {
            var document = XDocument.Parse(request.Text).Root!;
            return document.Name.LocalName == root ? document : throw S3Error.MalformedXml();
        }
        catch (XmlException)
        {
            throw S3Error.MalformedXml();
        }
    }

    private static string? Child(XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

    private static string Quoted(byte[] hash) => $"\"{Convert.ToHexStringLower(hash)}\"";

    private static S3Error NotAllowed() => new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}
