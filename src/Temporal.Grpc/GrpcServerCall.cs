using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc;

/// <summary>What a handler may know about the call it serves. Valid until the handler's task completes.</summary>
public sealed class GrpcServerCall
{
    private readonly IFeatureCollection _features;
    private readonly IHttpRequestFeature _request;
    private readonly CancellationToken _stopping;
    private readonly long _started;
    private CancellationTokenSource? _cancellation;

    internal GrpcServerCall(IFeatureCollection features, IHttpRequestFeature request, CancellationToken stopping)
    {
        _features = features;
        _request = request;
        _stopping = stopping;
        _started = Stopwatch.GetTimestamp();
    }

    /// <summary>The path of the method: <c>/service/name</c>.</summary>
    public string Path => _request.Path;

    /// <summary>The time the caller gives the call, counted from its arrival, or null for no limit.</summary>
    public TimeSpan? Timeout { get; internal set; }

    /// <summary>What is left of <see cref="Timeout"/>, never negative, or null for no limit.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            if (Timeout is not { } timeout)
            {
                return null;
            }

            var left = timeout - Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Cancelled when the caller went away, the deadline passed or the server is stopping. A long poll waits with it; a handler
    /// that lets it throw answers with the matching status. Timers exist only for calls that ask for this token.
    /// </summary>
    public CancellationToken CancellationToken => (_cancellation ?? StartWatching()).Token;

    /// <summary>Address and port of the caller, or null when the transport has none.</summary>
    public string? Peer =>
        _features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } address } connection
            ? new IPEndPoint(address, connection.RemotePort).ToString()
            : null;

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    internal bool IsAborted => Aborted.IsCancellationRequested;

    // A timer may fire a moment early: a token cancelled for no other reason means that the time is up.
    internal bool IsExpired =>
        Timeout is { } timeout
        && (Elapsed >= timeout || (_cancellation is { IsCancellationRequested: true } && !IsAborted && !IsStopping));

    internal bool IsStopping => _stopping.IsCancellationRequested;

    private CancellationToken Aborted => _features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;

    /// <summary>The value of a metadata header, several ones joined by commas, or null when the caller sent none.</summary>
    public string? Header(string name) =>
        _request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>The bytes of a binary metadata header, or null when the caller sent none or no base64.</summary>
    /// <param name="name">The name, <c>-bin</c> included.</param>
    public byte[]? BinaryHeader(string name) =>
        _request.Headers.TryGetValue(name, out var values) ? Wire.BinaryHeader.Decode(values.ToString()) : null;

    internal void Complete() => _cancellation?.Dispose();

    private CancellationTokenSource StartWatching()
    {
        // Two first readers on two threads may both get here: one source wins, the other is dropped.
        var mine = CancellationTokenSource.CreateLinkedTokenSource(Aborted, _stopping);
        if (Interlocked.CompareExchange(ref _cancellation, mine, null) is { } other)
        {
            mine.Dispose();
            return other;
        }

        if (Remaining is { } left && left.TotalMilliseconds < uint.MaxValue - 1)
        {
            mine.CancelAfter(left);
        }

        return mine;
    }
}
