namespace Temporalio.Client;

/// <summary>A connection to a server, shared by clients and workers.</summary>
public interface ITemporalConnection : IBridgeClientProvider
{
    /// <summary>Metadata sent with every call.</summary>
    /// <exception cref="InvalidOperationException">Set before a lazy connection connected.</exception>
    IReadOnlyCollection<KeyValuePair<string, string>> RpcMetadata { get; set; }

    /// <summary>Binary metadata sent with every call; names end in <c>-bin</c>.</summary>
    /// <exception cref="InvalidOperationException">Set before a lazy connection connected.</exception>
    IReadOnlyCollection<KeyValuePair<string, byte[]>> RpcBinaryMetadata { get; set; }

    /// <summary>API key sent with every call; null for none.</summary>
    /// <exception cref="InvalidOperationException">Set before a lazy connection connected.</exception>
    string? ApiKey { get; set; }

    /// <summary>The service that clients and workers use.</summary>
    WorkflowService WorkflowService { get; }

    /// <summary>The service for administering a server.</summary>
    OperatorService OperatorService { get; }

    /// <summary>The service that steers the time of a test server.</summary>
    TestService TestService { get; }

    /// <summary>Options the connection was made with; not to be changed.</summary>
    TemporalConnectionOptions Options { get; }

    /// <summary>Whether the connection was made; it stays true when the server goes away later.</summary>
    bool IsConnected { get; }

    /// <summary>Asks the server whether a service is healthy.</summary>
    /// <param name="service">The service. Default: the workflow service.</param>
    /// <param name="options">Options of the call.</param>
    /// <returns>True when it says that it serves.</returns>
    Task<bool> CheckHealthAsync(RpcService? service = null, RpcOptions? options = null);

    /// <summary>Connects a lazy connection; does nothing on a connected one.</summary>
    /// <returns>When connected.</returns>
    /// <exception cref="InvalidOperationException">The server cannot be reached or refuses.</exception>
    Task ConnectAsync();
}
