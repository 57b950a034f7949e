using System.Collections.Concurrent;

namespace Temporalio.Client;

/// <summary>Paths of remote procedures, each text made once.</summary>
internal static class RpcPaths
{
    private static readonly ConcurrentDictionary<(string Service, string Rpc), string> Known = new();

    /// <summary>The path <c>/service/rpc</c>.</summary>
    internal static string For(string service, string rpc) =>
        Known.GetOrAdd((service, rpc), static name => $"/{name.Service}/{name.Rpc}");
}
