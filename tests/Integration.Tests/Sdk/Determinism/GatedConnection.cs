using System.Runtime.InteropServices;
using Temporalio.Client;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>A connection whose workflow service goes through a gate.</summary>
internal sealed class GatedConnection(TemporalConnection inner, Gate gate) : ITemporalConnection
{
    public IReadOnlyCollection<KeyValuePair<string, string>> RpcMetadata
    {
        get => inner.RpcMetadata;
        set => inner.RpcMetadata = value;
    }

    public IReadOnlyCollection<KeyValuePair<string, byte[]>> RpcBinaryMetadata
    {
        get => inner.RpcBinaryMetadata;
        set => inner.RpcBinaryMetadata = value;
    }

    public string? ApiKey
    {
        get => inner.ApiKey;
        set => inner.ApiKey = value;
    }

    public WorkflowService WorkflowService { get; } = new GatedService(inner, gate);

    public OperatorService OperatorService => inner.OperatorService;

    public TestService TestService => inner.TestService;

    public TemporalConnectionOptions Options => inner.Options;

    public bool IsConnected => inner.IsConnected;

    public SafeHandle? BridgeClient => null;

    public Task<bool> CheckHealthAsync(RpcService? service = null, RpcOptions? options = null) => inner.CheckHealthAsync(service, options);

    public Task ConnectAsync() => inner.ConnectAsync();
}
