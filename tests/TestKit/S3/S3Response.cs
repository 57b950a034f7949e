using System.Text;

namespace Orchestrator.TestKit.S3;

/// <summary>An answer before it goes over the wire.</summary>
internal sealed class S3Response
{
    public int Status { get; init; } = 200;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body's pieces, one after the other.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Body { get; init; } = [];

    public long Length => Body.Sum(b => (long)b.Length);

    public static S3Response Xml(string document, int status = 200)
    {
        var response = new S3Response { Status = status, Body = [Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document)] };
        response.Headers["Content-Type"] = "application/xml";
        return response;
    }

    public S3Response With(string header, string? value)
    {
        if (value is not null)
        {
            Headers[header] = value;
        }

        return this;
    }

    public static S3Response Of(S3Error error, S3Request? request, string requestId)
    {
        var document = new XmlText("Error", space: false).Add("Code", error.Code).Add("Message", error.Message);
        if (error.NamesResource && request is not null)
        {
            var key = error.Key ?? request.Key;
            _ = key.Length > 0 ? document.Add("Key", key) : document;
            _ = request.Bucket.Length > 0 && error.Code != "InvalidBucketName" ? document.Add("BucketName", request.Bucket) : document;
        }

        document.Add("Resource", request?.Path ?? "/").Add("RequestId", requestId).Add("HostId", requestId);
        foreach (var (name, value) in error.Elements)
        {
            document.Add(name, value);
        }

        var response = Xml(document.ToString(), error.Status);
        foreach (var (name, value) in error.Headers)
        {
            response.Headers[name] = value;
        }

        return response;
    }
}
