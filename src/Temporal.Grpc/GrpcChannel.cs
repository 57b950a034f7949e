using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Temporal.Grpc.Client;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc;

/// <summary>
/// A client of one server. Connects on the first call, keeps the connection and connects again when it is lost; never repeats a
/// call by itself. Safe for use by many threads at once. Disposing ends the open calls.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);
    private readonly Uri _address;
    private readonly string? _serverName;
    private readonly string _userAgent;
    private readonly bool _gzip;
    private readonly int _maxReceiveBytes;
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <exception cref="ArgumentException">The address is not <c>http</c> or <c>https</c>, or a limit is not positive.</exception>
    public GrpcChannel(GrpcChannelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Address);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxReceiveBytes);
        if (!options.Address.IsAbsoluteUri || (options.Address.Scheme != Uri.UriSchemeHttp && options.Address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The address '{options.Address}' of a gRPC server must look like http://host:port or https://host:port.", nameof(options));
        }

        _address = options.Address;
        _serverName = options.ServerName;
        _userAgent = options.UserAgent;
        _gzip = options.GzipRequests;
        _maxReceiveBytes = options.MaxReceiveBytes;
        _invoker = new HttpMessageInvoker(HandlerFactory.Create(options));
    }

    /// <summary>Makes one call.</summary>
    /// <param name="method">The method to call.</param>
    /// <param name="request">The request; do not change it before the call completes.</param>
    /// <param name="options">Metadata and timeout. Default: none.</param>
    /// <param name="cancellationToken">Ends the call and tells the server that nobody waits for it.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="UnaryAsync{TResponse}(string, IMessage, MessageParser{TResponse}, GrpcCallOptions, CancellationToken)" path="/exception"/>
    public Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        return UnaryAsync(method.Path, request, method.ResponseParser, options, cancellationToken);
    }

    /// <summary>Makes one call of a method known by its path, for callers that do not know the request's type.</summary>
    /// <param name="path">The method: <c>/service/name</c>.</param>
    /// <param name="request">The request; do not change it before the call completes.</param>
    /// <param name="responseParser">Parser of the reply.</param>
    /// <param name="options">Metadata and timeout. Default: none.</param>
    /// <param name="cancellationToken">Ends the call and tells the server that nobody waits for it.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="GrpcException">
    /// Any status but OK: as answered, or <see cref="GrpcStatusCode.Unavailable"/> when the server cannot be reached or the connection
    /// is lost, <see cref="GrpcStatusCode.DeadlineExceeded"/> when the timeout passed, <see cref="GrpcStatusCode.Cancelled"/> when the
    /// channel was disposed meanwhile.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; the call may have taken effect.</exception>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public async Task<TResponse> UnaryAsync<TResponse>(
        string path, IMessage request, MessageParser<TResponse> responseParser, GrpcCallOptions? options = null, CancellationToken cancellationToken = default)
        where TResponse : IMessage<TResponse>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseParser);
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);

        using var message = CreateMessage(path, request, options);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        if (options?.Timeout is { } timeout && timeout.TotalMilliseconds < uint.MaxValue - 1)
        {
            end.CancelAfter(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
        }

        try
        {
            return await SendAsync(message, path, responseParser, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException ended) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The call of '{path}' was cancelled by its caller.", ended, cancellationToken);
        }
        catch (OperationCanceledException ended) when (_closing.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Cancelled, $"'{path}' was open when its channel was disposed", null, ended);
        }
        catch (OperationCanceledException ended) when (end.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.DeadlineExceeded, $"'{path}' was not answered within {options!.Timeout}", null, ended);
        }
        catch (OperationCanceledException ended)
        {
            // Nobody ended the call: connecting took too long.
            throw TransportError.Translate(new HttpRequestException(HttpRequestError.ConnectionError, ended.Message, ended), _address, path);
        }
        catch (Exception failure) when (TransportError.Covers(failure))
        {
            throw TransportError.Translate(failure, _address, path);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The source is not disposed: calls that start at this moment still read its token.
        _closing.Cancel();
        _invoker.Dispose();
    }

    private HttpRequestMessage CreateMessage(string path, IMessage request, GrpcCallOptions? options)
    {
        if (!_uris.TryGetValue(path, out var uri))
        {
            uri = _uris.GetOrAdd(path, new Uri(_address, path));
        }

        var message = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new UnaryContent(request, _gzip),
        };
        var headers = message.Headers;
        if (_serverName is not null)
        {
            // The handler takes SNI and the name to verify from here, not from its TLS options.
            headers.Host = _serverName;
        }

        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", _userAgent);
        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcHeaders.SupportedEncodings);
        if (_gzip)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Encoding, GrpcHeaders.Gzip);
        }

        if (options is not null)
        {
            if (options.Timeout is { } timeout)
            {
                headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(timeout));
            }

            RequestHeaders.Add(headers, options);
        }

        return message;
    }

    private async ValueTask<TResponse> SendAsync<TResponse>(
        HttpRequestMessage message, string path, MessageParser<TResponse> responseParser, CancellationToken cancellationToken)
        where TResponse : IMessage<TResponse>
    {
        using var response = await _invoker.SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (ReplyStatus.TryRead(response.Headers, out var error))
        {
            throw error ?? new GrpcException(GrpcStatusCode.Internal, $"'{path}' was answered with status OK and no message");
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw ReplyStatus.FromHttp(response.StatusCode, path);
        }

        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var contentType);
        if (!GrpcHeaders.IsGrpc(contentType.ToString()))
        {
            throw new GrpcException(GrpcStatusCode.Unknown, $"'{path}' was answered with content type '{contentType}', expected '{GrpcHeaders.ContentType}'");
        }

        var encoding = ReplyStatus.Value(response.Headers, GrpcHeaders.Encoding);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var reply = await ReplyReader.ReadAsync(body, responseParser, encoding, _maxReceiveBytes, cancellationToken).ConfigureAwait(false);
        if (!ReplyStatus.TryRead(response.TrailingHeaders, out error))
        {
            throw new GrpcException(GrpcStatusCode.Unknown, $"'{path}' was answered without a gRPC status");
        }

        return error is not null
            ? throw error
            : reply ?? throw new GrpcException(GrpcStatusCode.Internal, $"'{path}' was answered with status OK and no message");
    }
}
