using System.Net.Http.Headers;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Temporal.Grpc;

namespace Temporalio.Runtime.Metrics;

/// <summary>Sends what a store holds to an OpenTelemetry collector again and again. A collector that is away loses nothing but time.</summary>
internal sealed class OtlpExporter : IAsyncDisposable
{
    private const string GrpcPath = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly OpenTelemetryOptions _options;
    private readonly MetricStore _store;
    private readonly string? _serviceName;
    private readonly ILogger _logger;
    private readonly OtlpWriter _writer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Func<byte[], CancellationToken, Task> _send;
    private readonly IDisposable _transport;
    private DateTime _start = DateTime.UtcNow;
    private byte[]? _unsent;

    /// <summary>Begins to export.</summary>
    /// <exception cref="ArgumentException">The options name no address.</exception>
    public OtlpExporter(OpenTelemetryOptions options, MetricStore store, string? serviceName, ILogger logger)
    {
        var url = options.Url ?? throw new ArgumentException("OpenTelemetry options need an address. Help: set Url, for example http://localhost:4317.");
        _options = options;
        _store = store;
        _serviceName = serviceName;
        _logger = logger;
        _writer = new(options.MetricTemporality == OpenTelemetryMetricTemporality.Delta);
        if (options.Protocol == OpenTelemetryProtocol.Grpc)
        {
            var channel = new GrpcChannel(new GrpcChannelOptions { Address = new Uri(url.GetLeftPart(UriPartial.Authority)) });
            (_transport, _send) = (channel, (content, token) => SendGrpcAsync(channel, content, token));
        }
        else
        {
            var client = new HttpClient { Timeout = Patience };
            (_transport, _send) = (client, (content, token) => SendHttpAsync(client, url, content, token));
        }

        _running = RunAsync();
    }

    /// <summary>Exports a last time and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _transport.Dispose();
        _stop.Dispose();
    }

    /// <summary>Exports what there is; a failure is logged.</summary>
    internal async Task ExportAsync()
    {
        try
        {
            // What was read as a difference is not in the store any more: it goes before anything newer.
            if (_unsent is not null)
            {
                await _send(_unsent, CancellationToken.None).ConfigureAwait(false);
                _unsent = null;
            }

            var delta = _options.MetricTemporality == OpenTelemetryMetricTemporality.Delta;
            var now = DateTime.UtcNow;
            if (_writer.Write(_store.Families, _serviceName, _start, now) is not { } content)
            {
                return;
            }

            (_start, _unsent) = delta ? (now, content) : (_start, null);
            await _send(content, CancellationToken.None).ConfigureAwait(false);
            _unsent = null;
        }
        catch (Exception e)
        {
            RuntimeLog.ExportFailed(_logger, e, _options.Url!);
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_options.MetricsExportInterval ?? DefaultInterval);
        var more = true;
        while (more)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                more = false;
            }

            await ExportAsync().ConfigureAwait(false);
        }
    }

    private async Task SendGrpcAsync(GrpcChannel channel, byte[] content, CancellationToken cancellationToken)
    {
        // A message without fields keeps what it does not know, so these bytes are sent as they are.
        var call = new GrpcCallOptions { Headers = new Dictionary<string, string>(_options.Headers ?? []), Timeout = Patience };
        await channel.UnaryAsync(GrpcPath, Empty.Parser.ParseFrom(content), Empty.Parser, call, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendHttpAsync(HttpClient client, Uri url, byte[] content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        foreach (var (name, value) in _options.Headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }
}
