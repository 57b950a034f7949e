using System.Security.Cryptography;
using System.Text;
using Temporal.Grpc;

namespace Temporal.DevServer.Frontend;

/// <summary>Lets calls through that carry the server's API key. Hashes are compared, so the time tells neither content nor length.</summary>
internal sealed class ApiKeyGuard(string key)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The refusal, or null.</summary>
    public GrpcException? Check(GrpcServerCall call)
    {
        var header = call.Header("authorization") ?? "";
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : "";
        return CryptographicOperations.FixedTimeEquals(_expected, SHA256.HashData(Encoding.UTF8.GetBytes(given)))
            ? null
            : new GrpcException(GrpcStatusCode.Unauthenticated, header.Length == 0 ? "No API key was given." : "The API key is not valid.");
    }
}
