using Temporalio.Client;

namespace Temporalio.Worker;

/// <summary>What a worker needs of a client.</summary>
public interface IWorkerClient
{
    /// <summary>Options of the client; not to be changed.</summary>
    TemporalClientOptions Options { get; }

    /// <summary>The connection the worker polls through.</summary>
    IBridgeClientProvider BridgeClientProvider { get; }
}
