using System.Text;
using Amazon.Runtime;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;
using Orchestrator.TestKit;
using Orchestrator.TestKit.S3;

namespace Lakehouse.Tests.ObjectStores;

/// <summary>What the guarantees are worth when requests go wrong.</summary>
public sealed class S3FaultTests : IAsyncLifetime
{
    private const string Secret = "testsecret123";
    private readonly TempDir _files = new();
    private S3TestServer _server = null!;
    private S3ObjectStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        _store = Open();
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _server.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData(S3Fault.SlowDown)]
    [InlineData(S3Fault.InternalError)]
    [InlineData(S3Fault.InternalErrorAfterStore)]
    [InlineData(S3Fault.ServiceUnavailable)]
    [InlineData(S3Fault.ConditionalRequestConflict)]
    [InlineData(S3Fault.RequestTimeout)]
    [InlineData(S3Fault.ResetBeforeRequest)]
    [InlineData(S3Fault.ResetAfterStore)]
    public async Task PutIfAbsent_OfOneWriter_WinsWhateverGoesWrong(S3Fault fault)
    {
        _server.Faults.Add(fault, times: 3);
        Assert.True(await _store.PutIfAbsentAsync("log/0.json", "mine"u8.ToArray()));
        Assert.Equal("mine"u8.ToArray(), await _store.ReadAsync("log/0.json"));
        Assert.Equal(3, _server.Faults.Injected);
    }

    [Fact]
    public async Task PutIfAbsent_LostReplyAndAnotherWasThere_Loses()
    {
        await _store.PutAsync("log/0.json", "theirs"u8.ToArray());
        _server.Faults.Add(S3Fault.ResetAfterStore, times: 2);
        Assert.False(await _store.PutIfAbsentAsync("log/0.json", "mine"u8.ToArray()));
        Assert.False(await _store.PutIfAbsentAsync("log/0.json", "theirs"u8.ToArray()));
        Assert.Equal("theirs"u8.ToArray(), await _store.ReadAsync("log/0.json"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task PutIfAbsent_TwentyAtOnceUnderFaults_OneWins(int seed)
    {
        _server.Faults.AddRandom(seed, 0.3, S3Fault.ResetAfterStore, S3Fault.InternalErrorAfterStore, S3Fault.ConditionalRequestConflict, S3Fault.SlowDown, S3Fault.ResetBeforeRequest);
        for (var round = 0; round < 5; round++)
        {
            var path = $"race/{round}";
            var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _store.PutIfAbsentAsync(path, new[] { (byte)i }))));
            Assert.Single(won, w => w);
            Assert.Equal(Array.IndexOf(won, true), (await _store.ReadAsync(path))![0]);
        }

        Assert.True(_server.Faults.Injected > 20);
    }

    [Theory]
    [InlineData(S3Fault.ResetMidBody)]
    [InlineData(S3Fault.StallMidBody)]
    [InlineData(S3Fault.SlowFirstByte)]
    [InlineData(S3Fault.CorruptBody)]
    [InlineData(S3Fault.SlowDown)]
    public async Task Read_ThatBreaksOff_IsReadAgainWhole(S3Fault fault)
    {
        var content = Encoding.ASCII.GetBytes(new string('x', 300_000));
        await _store.PutAsync("t/a", content);
        var impatient = Open(o => o with { Patience = TimeSpan.FromMilliseconds(500) });
        _server.Faults.Add(fault, times: 2, when: r => r.Method == "GET");
        Assert.Equal(content, await impatient.ReadAsync("t/a"));
        Assert.Equal(2, _server.Faults.Injected);
    }

    [Theory]
    [InlineData(S3Fault.ResetMidBody)]
    [InlineData(S3Fault.CorruptBody)]
    [InlineData(S3Fault.InternalErrorAfterStore)]
    [InlineData(S3Fault.ResetAfterStore)]
    [InlineData(S3Fault.ErrorInside200)]
    public async Task UploadAndDownload_OfAFileInParts_SurvivesFaults(S3Fault fault)
    {
        var bytes = new byte[(11 << 20) + 3];
        new Random(7).NextBytes(bytes);
        var (from, to) = (await FileAsync("from", bytes), _files.At("to"));
        _server.Faults.Add(fault, times: 3, when: r => fault == S3Fault.ErrorInside200 ? r is { Method: "POST" } && r.Has("uploadId") : r.Method is "PUT" or "POST" or "GET", skip: fault is S3Fault.ResetMidBody or S3Fault.CorruptBody ? 5 : 0);

        var etag = await _store.UploadAsync("t/big", from);
        var summary = await _store.DownloadAsync("t/big", to);

        Assert.Equal(etag, summary!.ETag);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(to));
        Assert.True(_server.Faults.Injected > 0);
        _server.Faults.Clear();
        Assert.True(fault is S3Fault.InternalErrorAfterStore or S3Fault.ResetAfterStore || await _store.SweepAsync(DateTimeOffset.MaxValue) == 0, "An upload was left open.");
    }

    [Fact]
    public async Task Download_OfAnObjectReplacedMeanwhile_GivesOneContentWhole()
    {
        var (other, to) = (await FileAsync("other", [.. Enumerable.Repeat((byte)7, 12 << 20)]), _files.At("to"));
        await _store.UploadAsync("t/big", await FileAsync("from", new byte[12 << 20]));
        var replaced = 0;
        _server.Faults.Add(S3Fault.SlowDown, times: 1, when: r =>
        {
            if (r.Method == "GET" && r.Header("Range") is { } range && !range.StartsWith("bytes=0-", StringComparison.Ordinal) && Interlocked.Exchange(ref replaced, 1) == 0)
            {
                Task.Run(() => Open().UploadAsync("t/big", other)).Wait();
            }

            return false;
        });

        await _store.DownloadAsync("t/big", to);
        Assert.All(await File.ReadAllBytesAsync(to), b => Assert.Equal(7, b));
    }

    [Theory]
    [InlineData(S3Fault.AccessDenied)]
    [InlineData(S3Fault.SlowFirstByte)]
    public async Task Upload_ThatFailsForGoodOrIsCancelled_LeavesNothing(S3Fault fault)
    {
        var from = await FileAsync("from", new byte[11 << 20]);
        using var stop = new CancellationTokenSource();
        _server.Faults.Add(fault, times: 100, when: r =>
        {
            if (r.Has("partNumber") && fault is S3Fault.SlowFirstByte)
            {
                stop.Cancel();
            }

            return r.Has("partNumber");
        });

        var e = await Assert.ThrowsAnyAsync<Exception>(() => _store.UploadAsync("t/big", from, stop.Token));

        Assert.True(fault is S3Fault.AccessDenied ? e is LakehouseException { Code: "store.denied" } : e is OperationCanceledException, e.ToString());
        Assert.Equal(0, await _store.SweepAsync(DateTimeOffset.MaxValue));
        Assert.Null(await _store.HeadAsync("t/big"));
    }

    [Fact]
    public async Task List_OfACutDocument_IsAskedAgain()
    {
        await _store.PutAsync("t/a", new byte[1]);
        await _store.PutAsync("t/b", new byte[1]);
        _server.Faults.Add(S3Fault.TruncatedXml, times: 2);
        Assert.Equal(["t/a", "t/b"], (await _store.ListAsync("t/")).Select(o => o.Path));
        Assert.Equal(2, _server.Faults.Injected);
    }

    [Fact]
    public async Task Call_ThatFailsTooOften_SaysWhatAndIsTransient()
    {
        _server.Faults.Add(S3Fault.SlowDown, times: 100);
        var e = await Assert.ThrowsAsync<LakehouseException>(() => Open(o => o with { MaxAttempts = 3 }).ReadAsync("t/a"));
        Assert.Equal(("store.unavailable", true, 3), (e.Code, e.IsTransient, _server.Faults.Injected));
        Assert.Contains("'t/a'", e.Message);
        Assert.Contains("503 SlowDown", e.Message);
    }

    [Theory]
    [InlineData("testaccess", "wrongsecret-7", "lake", "us-east-1", "store.denied")]
    [InlineData("nobodyaccess", Secret, "lake", "us-east-1", "store.denied")]
    [InlineData("testaccess", Secret, "nowhere", "us-east-1", "store.bucket")]
    [InlineData("testaccess", Secret, "lake", "eu-north-1", "store.region")]
    public async Task Call_ThatCannotSucceed_FailsAtOnceAndNamesNoSecret(string key, string secret, string bucket, string region, string code)
    {
        using var store = S3ObjectStoreTests.Open(_server, new S3StoreOptions { Bucket = bucket, Region = region, PathStyle = true }, new BasicAWSCredentials(key, secret));
        var e = await Assert.ThrowsAsync<LakehouseException>(() => store.ReadAsync("t/a"));
        Assert.Equal((code, false), (e.Code, e.IsTransient));
        Assert.DoesNotContain(secret, e.ToString());
        Assert.DoesNotContain(key, e.ToString());
        Assert.Single(_server.Log);
    }

    [Fact]
    public async Task Store_WithSessionCredentialsAndEncryption_SendsThem()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"], Credentials = [new("temp", Secret, "a-token")] });
        var options = new S3StoreOptions { Bucket = "lake", PathStyle = true, ServerSideEncryption = "aws:kms", KmsKeyId = "key-1" };
        using var store = S3ObjectStoreTests.Open(server, options, new SessionAWSCredentials("temp", Secret, "a-token"));
        var seen = new List<string?>();
        server.Faults.Add(S3Fault.SlowDown, times: 1, when: r =>
        {
            seen.Add(r.Header("x-amz-server-side-encryption"));
            return false;
        });
        Assert.True(await store.PutIfAbsentAsync("x", new byte[1]));
        Assert.Equal(["aws:kms"], seen);
        using var without = S3ObjectStoreTests.Open(server, options, new BasicAWSCredentials("temp", Secret));
        await Assert.ThrowsAsync<LakehouseException>(() => without.ReadAsync("x"));
    }

    [Theory]
    [InlineData("environment:NO_SUCH_LAKE", "NO_SUCH_LAKE_ACCESS_KEY_ID")]
    [InlineData("profile:no such profile", "no such profile")]
    [InlineData("AKIAEXAMPLE:secret", "no reference")]
    public void Resolve_OfAReferenceThatLeadsNowhere_SaysWhich(string reference, string expected)
    {
        var e = Assert.Throws<LakehouseException>(() => Lakehouse.ObjectStores.S3.S3Credentials.Resolve(reference));
        Assert.Equal("store.credentials", e.Code);
        Assert.Contains(expected, e.Message);
    }

    private async Task<string> FileAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(_files.At(name), content);
        return _files.At(name);
    }

    private S3ObjectStore Open(Func<S3StoreOptions, S3StoreOptions>? change = null)
    {
        var options = new S3StoreOptions { Bucket = "lake", PathStyle = true, PartBytes = 5 << 20, MaxAttempts = 12 };
        return S3ObjectStoreTests.Open(_server, change is null ? options : change(options));
    }
}
