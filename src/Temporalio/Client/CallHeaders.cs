using System.Collections.Concurrent;
using Temporalio.Worker;

namespace Temporalio.Client;

/// <summary>The metadata of calls: put together once per namespace and state of the connection, not per call.</summary>
internal sealed class CallHeaders
{
    private readonly ConcurrentDictionary<string, Dictionary<string, string>> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _common;
    private readonly Dictionary<string, byte[]>? _binary;

    internal CallHeaders(
        IReadOnlyCollection<KeyValuePair<string, string>>? metadata,
        IReadOnlyCollection<KeyValuePair<string, byte[]>>? binaryMetadata,
        string? apiKey)
    {
        _common = new(StringComparer.OrdinalIgnoreCase) { ["client-name"] = SdkIdentity.Name, ["client-version"] = SdkIdentity.Version };
        if (!string.IsNullOrEmpty(apiKey))
        {
            _common["authorization"] = $"Bearer {apiKey}";
        }

        // Later entries win, and what the user says wins over what we would send.
        Merge(_common, metadata);
        if (binaryMetadata is { Count: > 0 })
        {
            Merge(_binary = new(StringComparer.OrdinalIgnoreCase), binaryMetadata);
        }
    }

    /// <summary>Text metadata of a call; not to be changed.</summary>
    internal IReadOnlyDictionary<string, string> Text(string? namespaceName, RpcOptions? options)
    {
        var headers = string.IsNullOrEmpty(namespaceName) ? _common : _byNamespace.GetOrAdd(namespaceName, WithNamespace);
        if (options?.Metadata is not { Count: > 0 } extra)
        {
            return headers;
        }

        headers = new(headers, StringComparer.OrdinalIgnoreCase);
        Merge(headers, extra);
        return headers;
    }

    /// <summary>Binary metadata of a call, or null; not to be changed.</summary>
    internal IReadOnlyDictionary<string, byte[]>? Binary(RpcOptions? options)
    {
        if (options?.BinaryMetadata is not { Count: > 0 } extra)
        {
            return _binary;
        }

        Dictionary<string, byte[]> headers = _binary is null ? new(StringComparer.OrdinalIgnoreCase) : new(_binary, StringComparer.OrdinalIgnoreCase);
        Merge(headers, extra);
        return headers;
    }

    private static void Merge<T>(Dictionary<string, T> target, IReadOnlyCollection<KeyValuePair<string, T>>? source)
    {
        foreach (var (name, value) in source ?? [])
        {
            target[name] = value;
        }
    }

    private Dictionary<string, string> WithNamespace(string namespaceName)
    {
        var headers = new Dictionary<string, string>(_common, StringComparer.OrdinalIgnoreCase);
        headers.TryAdd("temporal-namespace", namespaceName);
        return headers;
    }
}
