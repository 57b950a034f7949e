using System.Net.Sockets;
using Amazon.Runtime;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;
using Orchestrator.TestKit.S3;

namespace Lakehouse.Tests.ObjectStores;

/// <summary>A bucket of the test server, in both address styles.</summary>
public abstract class S3ObjectStoreTests : ObjectStoreTests, IAsyncLifetime
{
    private S3TestServer? _server;
    private S3ObjectStore? _store;

    protected override IObjectStore Store => _store!;

    protected abstract bool PathStyle { get; }

    public async ValueTask InitializeAsync()
    {
        _server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"], Region = "eu-west-1" });
        _store = Open(_server, new S3StoreOptions { Bucket = "lake", Prefix = PathStyle ? "some/where/" : "", PathStyle = PathStyle, Region = "eu-west-1", PartBytes = 5 << 20 });
    }

    public override async ValueTask DisposeAsync()
    {
        _store!.Dispose();
        await _server!.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A store on a server that answers to the name <c>s3.test</c>, with short pauses.</summary>
    internal static S3ObjectStore Open(S3TestServer server, S3StoreOptions options, AWSCredentials? credentials = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(server.Address.Host, server.Address.Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new S3ObjectStore(
            options with { Endpoint = new Uri("http://s3.test:9000"), FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(20) },
            credentials ?? new BasicAWSCredentials("testaccess", "testsecret123"), null, handler);
    }
}

public sealed class S3PathStyleStoreTests : S3ObjectStoreTests
{
    protected override bool PathStyle => true;
}

public sealed class S3HostStyleStoreTests : S3ObjectStoreTests
{
    protected override bool PathStyle => false;
}
