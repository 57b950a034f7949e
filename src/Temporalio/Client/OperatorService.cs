using Google.Protobuf;

namespace Temporalio.Client;

/// <summary>The service for administering a server, procedure by procedure.</summary>
public abstract partial class OperatorService : RpcService
{
    /// <inheritdoc/>
    internal override string FullName => "temporal.api.operatorservice.v1.OperatorService";

    /// <summary>The service behind a connection.</summary>
    public class Core : OperatorService
    {
        private readonly TemporalConnection _connection;

        /// <summary>Creates the service.</summary>
        /// <param name="connection">The connection.</param>
        public Core(TemporalConnection connection) => _connection = connection;

        /// <inheritdoc/>
        protected override Task<T> InvokeRpcAsync<T>(string rpc, IMessage req, MessageParser<T> resp, RpcOptions? options = null) =>
            _connection.InvokeAsync(FullName, rpc, req, resp, OperatorServiceNamespaces.Of(rpc, req), options);
    }
}
