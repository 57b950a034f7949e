namespace Orchestrator.TestKit.S3;

/// <summary>A request is refused: becomes the error document of the answer.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">S3's error code.</param>
/// <param name="message">Text of the document.</param>
internal sealed class S3Error(int status, string code, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>S3's error code.</summary>
    public string Code { get; } = code;

    /// <summary>Headers of the answer besides the usual ones.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Elements of the document besides the usual ones.</summary>
    public List<(string Name, string Value)> Elements { get; } = [];

    /// <summary>Key that the document names. Default: the request's.</summary>
    public string? Key { get; set; }

    /// <summary>Whether the document names key and bucket.</summary>
    public bool NamesResource { get; init; } = true;

    public S3Error With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }

    public S3Error WithElement(string name, string value)
    {
        Elements.Add((name, value));
        return this;
    }

    public static S3Error InvalidArgument(string message) => new(400, "InvalidArgument", message);

    public static S3Error MalformedXml() => new(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema.");

    public static S3Error NoSuchBucket() => new(404, "NoSuchBucket", "The specified bucket does not exist");

    public static S3Error NoSuchKey() => new(404, "NoSuchKey", "The specified key does not exist.");

    public static S3Error NoSuchUpload() => new(404, "NoSuchUpload", "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.");

    public static S3Error PreconditionFailed(S3Version? stored)
    {
        var error = new S3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        return stored is null ? error : error.With("ETag", stored.ETag).With("Last-Modified", stored.LastModified);
    }
}
