using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Lakehouse.ObjectStores.S3;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// A file up to the test server and down again through the store, beside the same bytes moved by a bare HTTP client: the same parts, as many at once, signed
/// the same way, from memory and to nowhere. The store's files lie in memory too: the disk is not what is measured. Rounds take turns; the figures are medians.
/// </summary>
internal static class S3Benchmark
{
    private const int PartBytes = 16 << 20;
    private const int Parts = 8;
    private const int AtOnce = 4;
    private const int Rounds = 7;
    private const string Reference = "BENCH_S3";

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new MemoryFolder();
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"], ChecksumAll = false });
        Environment.SetEnvironmentVariable($"{Reference}_ACCESS_KEY_ID", "testaccess");
        Environment.SetEnvironmentVariable($"{Reference}_SECRET_ACCESS_KEY", "testsecret123");
        using var store = new S3ObjectStore(new S3StoreOptions
        {
            Bucket = "lake", Endpoint = server.Address, PathStyle = true, PartBytes = PartBytes, PartsAtOnce = AtOnce, Credentials = $"environment:{Reference}",
        });
        using var http = new HttpClient();
        var part = new byte[PartBytes];
        new Random(1).NextBytes(part);
        await File.WriteAllBytesAsync(folder.At("up"), [.. Enumerable.Repeat(part, Parts).SelectMany(p => p)], cancellationToken);

        var seconds = new Dictionary<string, List<double>> { ["up"] = [], ["down"] = [], ["raw up"] = [], ["raw down"] = [] };
        for (var round = 0; round <= Rounds; round++)
        {
            await TimeAsync("raw up", () => Parallel.ForAsync(0, Parts, Options(cancellationToken), async (i, token) => await PutAsync(http, server.Address, $"/lake/raw/{i}", part, token)));
            await TimeAsync("up", () => store.UploadAsync("t/file", folder.At("up"), cancellationToken));
            await TimeAsync("raw down", () => Parallel.ForAsync(0, Parts, Options(cancellationToken), async (i, token) => await GetAsync(http, server.Address, "/lake/t/file", i, token)));
            await TimeAsync("down", () => store.DownloadAsync("t/file", folder.At("down"), cancellationToken));

            async Task TimeAsync(string what, Func<Task> work)
            {
                var started = Stopwatch.GetTimestamp();
                await work();
                if (round > 0)
                {
                    seconds[what].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                }
            }
        }

        double Median(string what) => seconds[what].Order().ElementAt(Rounds / 2);
        BenchFigure Rate(string name, double of) => new(name, (double)PartBytes * Parts / (1 << 20) / of, "MiB/s");
        return
        [
            Rate("lake.s3.upload", Median("up")).Beside(Rate("raw HTTP upload", Median("raw up"))),
            Rate("lake.s3.download", Median("down")).Beside(Rate("raw HTTP download", Median("raw down"))),
            Rate("lake.s3.ratio", (Median("up") + Median("down")) / 2).Beside(Rate("raw HTTP both ways", (Median("raw up") + Median("raw down")) / 2)),
        ];
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    private static async Task PutAsync(HttpClient http, Uri address, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, path)) { Content = new ByteArrayContent(body) };
        Sign(request, path, SigV4.Hash(body));
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task GetAsync(HttpClient http, Uri address, string path, int part, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.Range = new RangeHeaderValue((long)part * PartBytes, ((part + 1L) * PartBytes) - 1);
        Sign(request, path, SigV4.EmptyHash);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static void Sign(HttpRequestMessage request, string path, string hash)
    {
        var date = SigV4.Date(TimeProvider.System.GetUtcNow());
        var host = string.Create(CultureInfo.InvariantCulture, $"{request.RequestUri!.Host}:{request.RequestUri.Port}");
        var canonical = SigV4.CanonicalRequest(request.Method.Method, path, [], [("host", host), ("x-amz-content-sha256", hash), ("x-amz-date", date)], hash);
        var signature = SigV4.Sign("testsecret123", date, "us-east-1", SigV4.StringToSign(date, "us-east-1", canonical));
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", hash);
        request.Headers.TryAddWithoutValidation("x-amz-date", date);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"{SigV4.Algorithm} Credential=testaccess/{SigV4.Scope(date, "us-east-1")}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}");
    }

    /// <summary>A folder on a file system in memory, where there is one.</summary>
    private sealed class MemoryFolder : IDisposable
    {
        private readonly string _root = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"orch-bench-{Guid.NewGuid():N}")).FullName;

        public string At(string name) => Path.Combine(_root, name);

        public void Dispose() => Directory.Delete(_root, recursive: true);
    }
}
