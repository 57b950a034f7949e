using Google.Protobuf;

namespace Temporalio.Client;

/// <summary>A service of the server whose remote procedures can be called as they are.</summary>
public abstract class RpcService
{
    /// <summary>Full name of the service, package included; empty for services that this package does not know.</summary>
    internal virtual string FullName => string.Empty;

    /// <summary>Calls a remote procedure.</summary>
    /// <typeparam name="T">The response.</typeparam>
    /// <param name="rpc">Name of the procedure, for example <c>StartWorkflowExecution</c>.</param>
    /// <param name="req">The request.</param>
    /// <param name="resp">Parser of the response.</param>
    /// <param name="options">Options of the call. Default: none, without retries.</param>
    /// <returns>The response.</returns>
    /// <exception cref="Exceptions.RpcException">The call failed.</exception>
    protected abstract Task<T> InvokeRpcAsync<T>(string rpc, IMessage req, MessageParser<T> resp, RpcOptions? options = null)
        where T : IMessage<T>;
}
