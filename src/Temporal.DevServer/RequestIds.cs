using System.Security.Cryptography;
using System.Text;

namespace Temporal.DevServer;

/// <summary>Request ids of the server's own calls.</summary>
internal static class RequestIds
{
    /// <summary>An id in the usual form that is always the same for the same call, so that one asked for again after a crash is known.</summary>
    public static string From(string call) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(call)).AsSpan(0, 16)).ToString();
}
