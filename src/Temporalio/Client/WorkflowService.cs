using Google.Protobuf;

namespace Temporalio.Client;

/// <summary>The service that clients and workers use, procedure by procedure.</summary>
public abstract partial class WorkflowService : RpcService
{
    /// <inheritdoc/>
    internal override string FullName => "temporal.api.workflowservice.v1.WorkflowService";

    /// <summary>The service behind a connection.</summary>
    public class Core : WorkflowService
    {
        private readonly TemporalConnection _connection;

        /// <summary>Creates the service.</summary>
        /// <param name="connection">The connection.</param>
        public Core(TemporalConnection connection) => _connection = connection;

        /// <inheritdoc/>
        protected override Task<T> InvokeRpcAsync<T>(string rpc, IMessage req, MessageParser<T> resp, RpcOptions? options = null) =>
            _connection.InvokeAsync(FullName, rpc, req, resp, WorkflowServiceNamespaces.Of(rpc, req), options);
    }
}
