using System.Collections.Concurrent;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;
using Lakehouse.Tests.ObjectStores;
using Orchestrator.TestKit;
using Orchestrator.TestKit.S3;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>
/// On S3: the child works against a server in this process, and every write of it loses its first reply: the server does it and cuts the connection. So
/// the child also dies between a commit and its knowing of it.
/// </summary>
public sealed class S3KillTests : KillTests, IAsyncLifetime
{
    private const string Bucket = "lake";
    private const string Reference = "CRASH_SUITE";
    private readonly ConcurrentDictionary<string, bool> _answered = new(StringComparer.Ordinal);
    private readonly TempDir _folder = new();
    private S3TestServer _server = null!;
    private int _lost;

    protected override string[] StoreSteps => ["store.before-settle"];

    protected override IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string> { [$"{Reference}_ACCESS_KEY_ID"] = "testaccess", [$"{Reference}_SECRET_ACCESS_KEY"] = "testsecret123" };

    public async ValueTask InitializeAsync()
    {
        _server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = [Bucket] });
        _server.Faults.Add(S3Fault.ResetAfterStore, times: int.MaxValue, when: IsFirstOfAWrite);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        Assert.True(_lost > 300, $"only {_lost} replies were lost");
    }

    internal override async Task<CrashPlace> OpenAsync(string name, string? from)
    {
        var options = new S3StoreOptions { Bucket = Bucket, Prefix = $"{name}/", PathStyle = true };
        if (from is not null)
        {
            using var all = S3ObjectStoreTests.Open(_server, options with { Prefix = "" });
            foreach (var entry in await all.ListAsync($"{from}/"))
            {
                await all.CopyAsync(entry.Path, $"{name}/{entry.Path[(from.Length + 1)..]}");
            }
        }

        var location = $"s3://{Bucket}/{name}?endpoint={Uri.EscapeDataString($"{_server.Address}")}&credentials=environment:{Reference}&cache={Uri.EscapeDataString(_folder.At("child", name))}";
        var cache = new FileCache(_folder.At("cache", name), 1 << 24);
        return new CrashPlace(location, S3ObjectStoreTests.Open(_server, options), () => cache);
    }

    private bool IsFirstOfAWrite(S3Request request)
    {
        var isFirst = request.Method is not ("GET" or "HEAD") && request.Header("x-amz-copy-source") is null && _answered.TryAdd($"{request.Method} {request.Path} {request.Header("x-amz-content-sha256")}", true);
        Interlocked.Add(ref _lost, isFirst ? 1 : 0);
        return isFirst;
    }
}
