using System.Net.Sockets;
using System.Text;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>Sends requests exactly as given, signed or not.</summary>
/// <param name="address">Where the server is.</param>
internal sealed class S3Wire(Uri address) : IDisposable
{
    public const string Host = "s3.test:9000";
    public const string Region = "us-east-1";
    public static readonly S3Credentials Credentials = new("testaccess", "testsecret123");

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null });

    public async Task<S3Answer> SendAsync(string method, string target, IEnumerable<(string Name, string Value)> headers, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = Host;
        if (body.Length > 0 || method is "PUT" or "POST")
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in headers.Where(h => h.Name != "host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await _http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var answered = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(", ", h.Value), StringComparer.Ordinal);
        return new S3Answer((int)response.StatusCode, answered, bytes);
    }

    /// <summary>Signs in the header and sends.</summary>
    public Task<S3Answer> SendSignedAsync(string method, string path, IReadOnlyList<(string Name, string Value)> query, IReadOnlyList<(string Name, string Value)> headers, byte[] body) =>
        SendAsync(method, Target(path, query), S3Signer.Sign(new S3ToSign { Method = method, Path = path, Query = query, Headers = headers, PayloadHash = SigV4.Hash(body) }), body);

    /// <summary>Sends text as it is and gives the first line that comes back, over a connection of its own.</summary>
    public async Task<(string First, string All)> SendRawAsync(string head, byte[] body, Func<string, bool> sendBodyAfter, bool halfClose)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        var sent = false;
        while (true)
        {
            if (!sent && sendBodyAfter(seen.ToString()))
            {
                sent = true;
                await stream.WriteAsync(body);
                if (halfClose)
                {
                    tcp.Client.Shutdown(SocketShutdown.Send);
                }
            }

            int read;
            try
            {
                read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (IOException)
            {
                read = 0; // Reset: the same as an end, for what is asked here.
            }

            seen.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var text = seen.ToString();
            if (read == 0 || (text.Contains("\r\n\r\n", StringComparison.Ordinal) && !(text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal) && text.Split("\r\n\r\n").Length < 3)))
            {
                return (text.Split("\r\n")[0], text);
            }
        }
    }

    public static string Target(string path, IReadOnlyList<(string Name, string Value)> query) =>
        query.Count == 0 ? path : path + "?" + string.Join('&', query.Select(q => $"{SigV4.Encode(q.Name)}={SigV4.Encode(q.Value)}"));

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed record S3Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}
