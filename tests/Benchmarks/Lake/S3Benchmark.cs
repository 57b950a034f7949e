using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Lakehouse.ObjectStores.S3;
using Microsoft.Win32.SafeHandles;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// A file up to the test server and down again through the store, beside a bare HTTP client that does the same job with the same parts, as many at once and
/// signed the same way: up from a file, down to a file that takes the place of another when it is whole. What the store does on top is checksums, identity and
/// trying again. How fast the bytes come when nobody keeps them stands beside it. The files lie in memory: the disk is not what is measured. Peers take turns
/// in each round; the figures are medians.
/// </summary>
internal static class S3Benchmark
{
    private const int PartBytes = 16 << 20;
    private const int Parts = 8;
    private const int AtOnce = 4;
    private const int Rounds = 11;
    private const int ReadSize = 256 << 10;
    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new MemoryFolder();
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"], ChecksumAll = false });
        using var store = new S3ObjectStore(new S3StoreOptions
        {
            Bucket = "lake", Endpoint = server.Address, PathStyle = true, PartBytes = PartBytes, PartsAtOnce = AtOnce, Credentials = S3TestServer.Credentials,
        });
        using var http = new HttpClient();
        var part = new byte[PartBytes];
        new Random(1).NextBytes(part);
        await File.WriteAllBytesAsync(folder.At("up"), [.. Enumerable.Repeat(part, Parts).SelectMany(p => p)], cancellationToken);
        await store.UploadAsync("t/file", folder.At("up"), cancellationToken);

        // First all downloads, then all uploads: what one leaves in memory is no cost of the other.
        var (nowhere, bareDown, down) = await TakeTurnsAsync(
            () => PartsAsync(i => GetAsync(http, server.Address, "/lake/t/file", i, null, cancellationToken), cancellationToken),
            () => DownloadAsync(http, server.Address, folder, cancellationToken),
            () => store.DownloadAsync("t/file", folder.At("down"), cancellationToken));
        var (memory, bareUp, up) = await TakeTurnsAsync(
            () => PartsAsync(i => PutAsync(http, server.Address, $"/lake/raw/{i}", part, PartBytes, cancellationToken), cancellationToken),
            () => PartsAsync(i => UploadAsync(http, server.Address, folder.At("up"), i, cancellationToken), cancellationToken),
            () => store.UploadAsync("t/file", folder.At("up"), cancellationToken));
        return
        [
            Rate("lake.s3.upload", up).Beside(Rate("bare HTTP from a file", bareUp)),
            Rate("lake.s3.download", down).Beside(Rate("bare HTTP to a file", bareDown)),
            Rate("lake.s3.ratio", (up + down) / 2).Beside(Rate("bare HTTP both ways", (bareUp + bareDown) / 2)),
            Rate("lake.s3.upload.from_memory", up).Beside(Rate("bare HTTP from memory", memory)),
            Rate("lake.s3.download.to_nowhere", down).Beside(Rate("bare HTTP to nowhere", nowhere)),
        ];
    }

    private static BenchFigure Rate(string name, double seconds) => new(name, (double)PartBytes * Parts / (1 << 20) / seconds, "MiB/s");

    /// <summary>Median seconds of each, the first round left out.</summary>
    private static async Task<(double First, double Second, double Third)> TakeTurnsAsync(params Func<Task>[] works)
    {
        var seconds = works.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= Rounds; round++)
        {
            for (var turn = 0; turn < works.Length; turn++)
            {
                var who = (round + turn) % works.Length;
                var started = Stopwatch.GetTimestamp();
                await works[who]();
                if (round > 0)
                {
                    seconds[who].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                }
            }
        }

        double Median(int who) => seconds[who].Order().ElementAt(Rounds / 2);
        return (Median(0), Median(1), Median(2));
    }

    private static Task PartsAsync(Func<int, Task> work, CancellationToken cancellationToken) =>
        Parallel.ForAsync(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, _) => await work(i));

    private static async Task DownloadAsync(HttpClient http, Uri address, MemoryFolder folder, CancellationToken cancellationToken)
    {
        var temporary = folder.At("bare.tmp");
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.ReadWrite))
        {
            await PartsAsync(i => GetAsync(http, address, "/lake/t/file", i, file, cancellationToken), cancellationToken);
        }

        File.Move(temporary, folder.At("bare"), overwrite: true);
    }

    private static async Task UploadAsync(HttpClient http, Uri address, string path, int part, CancellationToken cancellationToken)
    {
        var body = ArrayPool<byte>.Shared.Rent(PartBytes);
        using var file = File.OpenHandle(path);
        if (RandomAccess.Read(file, body.AsSpan(0, PartBytes), (long)part * PartBytes) != PartBytes)
        {
            throw new EndOfStreamException($"'{path}' is shorter than {part + 1} parts.");
        }

        await PutAsync(http, address, $"/lake/raw/{part}", body, PartBytes, cancellationToken);
        ArrayPool<byte>.Shared.Return(body);
    }

    private static async Task PutAsync(HttpClient http, Uri address, string path, byte[] body, int length, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, path)) { Content = new ByteArrayContent(body, 0, length) };
        Sign(request, path, SigV4.Hash(body.AsSpan(0, length)));
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private static async Task GetAsync(HttpClient http, Uri address, string path, int part, SafeFileHandle? file, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.Range = new RangeHeaderValue((long)part * PartBytes, ((part + 1L) * PartBytes) - 1);
        Sign(request, path, SigV4.EmptyHash);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        for (var offset = (long)part * PartBytes; await content.ReadAsync(buffer, cancellationToken) is > 0 and var read; offset += read)
        {
            if (file is not null)
            {
                RandomAccess.Write(file, buffer.AsSpan(0, read), offset);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
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
