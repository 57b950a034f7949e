using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Common;
using Temporalio.Runtime;
using Temporalio.Runtime.Metrics;

namespace Temporalio.Tests.Runtime;

/// <summary>Exports to a collector in this process; the messages are read by field number, as the protocol's public definition gives them.</summary>
public sealed class OtlpExportTests
{
    private const string Service = "opentelemetry.proto.collector.metrics.v1.MetricsService";

    [Fact]
    public async Task Export_OverGrpc_SendsResourceMetricsAndHeaders()
    {
        var requests = new ConcurrentQueue<(byte[] Content, string? Key)>();
        var router = new GrpcRouter();
        router.Map(new GrpcMethod<Empty, Empty>(Service, "Export", Empty.Parser, Empty.Parser), (request, call) =>
        {
            requests.Enqueue((request.ToByteArray(), call.Header("x-key")));
            return new(new Empty());
        });
        await using var collector = await GrpcServer.StartAsync(new GrpcServerOptions(), router);
        var runtime = Runtime(new OpenTelemetryOptions(collector.Uri) { Headers = [new("x-key", "secret")], MetricsExportInterval = TimeSpan.FromHours(1) });
        Record(runtime.MetricMeter);

        await runtime.CloseMetricsAsync();

        var (content, key) = Assert.Single(requests);
        Assert.Equal("secret", key);
        AssertContent(content, temporality: 2);
    }

    [Fact]
    public async Task Export_OverHttpAsDeltas_SendsEachValueOnce()
    {
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/v1/");
        collector.Start();
        var options = new OpenTelemetryOptions($"http://127.0.0.1:{port}/v1/metrics")
        {
            Protocol = OpenTelemetryProtocol.Http,
            MetricTemporality = OpenTelemetryMetricTemporality.Delta,
            MetricsExportInterval = TimeSpan.FromHours(1),
        };
        using var own = new Meter("own");
        using var store = new MetricStore(own, new("temporal_", seconds: false, overrides: null));
        await using var exporter = new OtlpExporter(options, store, "temporal-core-sdk", NullLogger.Instance);
        var bridge = new MeterBridge(own);
        var meter = new CustomMeter(bridge, CustomMetricMeterOptions.DurationFormat.IntegerMilliseconds, bridge.CreateTags(null, [new("service_name", "x")]));
        Record(meter);
        var first = await UntilBothAsync(TakeAsync(collector), exporter.ExportAsync());
        meter.CreateCounter<int>("jobs", "1", "Jobs done").Add(7);
        var second = await UntilBothAsync(TakeAsync(collector), exporter.ExportAsync());

        // The last export, when the exporter goes, finds nobody and does not mind.
        collector.Stop();

        AssertContent(first, temporality: 1);
        var jobs = Assert.Single(Metrics(second), m => Text(m, 1) == "jobs");
        Assert.Equal(7UL, (ulong)Assert.Single(Points(jobs, 7))[6].Single());
    }

    [Fact]
    public void Runtime_WithoutAddress_IsRefused() => Assert.Throws<ArgumentException>(() => Runtime(new OpenTelemetryOptions()));

    private static async Task<byte[]> UntilBothAsync(Task<byte[]> taken, Task exported)
    {
        await exported.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return await taken;
    }

    private static void Record(MetricMeter meter)
    {
        meter.CreateCounter<int>("jobs", "1", "Jobs done").Add(5, [new("kind", "x"), new("n", 3L), new("yes", true)]);
        meter.CreateGauge<double>("load").Set(1.5);
        meter.CreateHistogram<TimeSpan>("wait", "ms").Record(TimeSpan.FromMilliseconds(60));
    }

    private static void AssertContent(byte[] content, ulong temporality)
    {
        var metrics = Metrics(content).ToDictionary(m => Text(m, 1));
        Assert.Equal(["jobs", "load", "wait"], metrics.Keys.Order());

        var jobs = metrics["jobs"];
        Assert.Equal(("Jobs done", "1"), (Text(jobs, 2), Text(jobs, 3)));
        var sum = Fields(((ByteString)jobs[7].Single()).ToByteArray());
        Assert.Equal(temporality, (ulong)sum[2].Single());
        Assert.Equal(1UL, (ulong)sum[3].Single());
        var point = Points(jobs, 7).Single();
        Assert.Equal(5UL, (ulong)point[6].Single());
        Assert.True((ulong)point[2].Single() <= (ulong)point[3].Single());
        Assert.Equal(["kind", "n", "service_name", "yes"], point[7].Select(a => Text(Fields(((ByteString)a).ToByteArray()), 1)));

        Assert.Equal(1.5, BitConverter.UInt64BitsToDouble((ulong)Points(metrics["load"], 5).Single()[4].Single()));

        var wait = Points(metrics["wait"], 9).Single();
        Assert.Equal(1UL, (ulong)wait[4].Single());
        Assert.Equal(60.0, BitConverter.UInt64BitsToDouble((ulong)wait[5].Single()));
        Assert.Equal([0UL, 1, 0, 0, 0, 0, 0], Packed(wait[6].Single()));
        Assert.Equal([50.0, 100, 500, 1_000, 2_500, 10_000], Packed(wait[7].Single()).Select(BitConverter.UInt64BitsToDouble));
    }

    /// <summary>The metrics of a request: resource metrics, scope metrics, metrics.</summary>
    private static List<ILookup<int, object>> Metrics(byte[] request)
    {
        var resource = Fields(((ByteString)Fields(request)[1].Single()).ToByteArray());
        var service = Fields(((ByteString)Fields(((ByteString)resource[1].Single()).ToByteArray())[1].Single()).ToByteArray());
        Assert.Equal("service.name", Text(service, 1));
        var scope = Fields(((ByteString)resource[2].Single()).ToByteArray());
        return [.. scope[2].Select(m => Fields(((ByteString)m).ToByteArray()))];
    }

    private static IEnumerable<ILookup<int, object>> Points(ILookup<int, object> metric, int kind) =>
        Fields(((ByteString)metric[kind].Single()).ToByteArray())[1].Select(p => Fields(((ByteString)p).ToByteArray()));

    private static string Text(ILookup<int, object> fields, int number) => ((ByteString)fields[number].Single()).ToStringUtf8();

    private static List<ulong> Packed(object value)
    {
        var input = ((ByteString)value).CreateCodedInput();
        var numbers = new List<ulong>();
        while (!input.IsAtEnd)
        {
            numbers.Add(input.ReadFixed64());
        }

        return numbers;
    }

    private static ILookup<int, object> Fields(byte[] message)
    {
        var input = new CodedInputStream(message);
        var fields = new List<(int Number, object Value)>();
        while (input.ReadTag() is > 0 and var tag)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes(),
                var other => throw new InvalidDataException($"No field of this protocol is a {other}."),
            }));
        }

        return fields.ToLookup(f => f.Number, f => f.Value);
    }

    private static async Task<byte[]> TakeAsync(HttpListener collector)
    {
        var context = await collector.GetContextAsync();
        using var content = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(content);
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        context.Response.Close();
        return content.ToArray();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static TemporalRuntime Runtime(OpenTelemetryOptions options) => new(new(new() { Metrics = new(options) }));
}
