using Google.Protobuf;

namespace Temporalio.Client;

/// <summary>The service that steers the time of a test server, procedure by procedure.</summary>
public abstract partial class TestService : RpcService
{
    /// <inheritdoc/>
    internal override string FullName => "temporal.api.testservice.v1.TestService";

    /// <summary>The service behind a connection.</summary>
    public class Core : TestService
    {
        private readonly TemporalConnection _connection;

        /// <summary>Creates the service.</summary>
        /// <param name="connection">The connection.</param>
        public Core(TemporalConnection connection) => _connection = connection;

        /// <inheritdoc/>
        protected override Task<T> InvokeRpcAsync<T>(string rpc, IMessage req, MessageParser<T> resp, RpcOptions? options = null) =>
            _connection.InvokeAsync(FullName, rpc, req, resp, null, options);
    }
}
