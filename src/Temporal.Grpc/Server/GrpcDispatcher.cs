using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Server;

/// <summary>Serves one gRPC request: routing, deadline, message in, handler, message or status out.</summary>
internal sealed class GrpcDispatcher(GrpcRouter router, GrpcServerOptions options, CancellationToken stopping)
{
    // Both together, encoded, stay below the 64 KiB of headers that clients commonly take.
    private const int LongestMessage = 24 * 1024;
    private const int CutMessage = LongestMessage / 9; // characters that fit however they are encoded
    private const int MostDetails = 24 * 1024;

    public async Task DispatchAsync(IFeatureCollection features, IHttpRequestFeature request)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.Headers.ContentType = GrpcHeaders.ContentType;
        var call = new GrpcServerCall(features, request, stopping);
        var status = GrpcStatusCode.OK;
        try
        {
            if (router.Guard?.Invoke(call) is { } refusal)
            {
                throw refusal;
            }

            var (route, encoding) = Prepare(request.Headers, response.Headers, call);
            var body = features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
            if (route is GrpcStreamRoute stream)
            {
                var replies = features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
                await stream.ServeAsync(body, replies, encoding, options.MaxReceiveBytes, call.CancellationToken).ConfigureAwait(false);
                features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus = "0";
            }
            else
            {
                var reply = await route.InvokeAsync(body, encoding, options.MaxReceiveBytes, call).ConfigureAwait(false);
                WriteReply(features, request.Headers, response.Headers, reply);
            }
        }
        catch (Exception failure)
        {
            status = WriteFailure(features, response, call, failure);
        }
        finally
        {
            call.Complete();
        }

        router.OnCompleted?.Invoke(call, status, call.Elapsed);
    }

    /// <summary>The call's route and the encoding of its messages; sets its deadline.</summary>
    private (GrpcRoute Route, string? Encoding) Prepare(IHeaderDictionary headers, IHeaderDictionary responseHeaders, GrpcServerCall call)
    {
        if (!router.TryFind(call.Path, out var route))
        {
            throw router.Unknown(call.Path);
        }

        if (headers.TryGetValue(GrpcHeaders.Timeout, out var timeoutText))
        {
            if (!GrpcTimeout.TryParse(timeoutText.ToString(), out var timeout))
            {
                throw new GrpcException(GrpcStatusCode.Internal, $"malformed grpc-timeout: \"{timeoutText}\"");
            }

            call.Timeout = timeout;
            if (timeout == TimeSpan.Zero)
            {
                throw DeadlineExceeded();
            }
        }

        string? encoding = null;
        if (headers.TryGetValue(GrpcHeaders.Encoding, out var encodingText))
        {
            encoding = encodingText.ToString();
            if (encoding is not (GrpcHeaders.Gzip or GrpcHeaders.Identity))
            {
                responseHeaders[GrpcHeaders.AcceptEncoding] = GrpcHeaders.SupportedEncodings;
                throw new GrpcException(GrpcStatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");
            }
        }

        return (route, encoding);
    }

    private void WriteReply(IFeatureCollection features, IHeaderDictionary headers, IHeaderDictionary responseHeaders, IMessage reply)
    {
        PipeWriter body = features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        var size = reply.CalculateSize();
        if (options.GzipRepliesFrom is { } least && size > 0 && size >= least && AcceptsGzip(headers))
        {
            responseHeaders[GrpcHeaders.Encoding] = GrpcHeaders.Gzip;
            ReplyWriter.WriteGzip(body, reply, size);
        }
        else
        {
            ReplyWriter.Write(body, reply, size);
        }

        features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus = "0";
    }

    /// <summary>Answers an error in the response's headers alone (trailers-only) and says which status it was.</summary>
    private GrpcStatusCode WriteFailure(IFeatureCollection features, IHttpResponseFeature response, GrpcServerCall call, Exception failure)
    {
        if (call.IsAborted || failure is ConnectionResetException or ConnectionAbortedException)
        {
            return GrpcStatusCode.Cancelled;
        }

        var error = Translate(call, failure);
        if (response.HasStarted)
        {
            // A reply broke off half-way: only a reset tells the caller that it is not whole.
            features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
            return error.Code;
        }

        response.Headers.GrpcStatus = ((int)error.Code).ToString(CultureInfo.InvariantCulture);
        // Headers have limits at the other end: a longer one would cost the caller the whole connection.
        response.Headers.GrpcMessage = Message(error.Message);
        if (error.StatusDetails is { Length: <= MostDetails } details)
        {
            response.Headers[GrpcHeaders.StatusDetails] = BinaryHeader.Encode(details);
        }

        return error.Code;
    }

    private static string Message(string text)
    {
        var encoded = StatusMessage.Encode(text);
        return encoded.Length <= LongestMessage ? encoded : StatusMessage.Encode(text[..Math.Min(CutMessage, text.Length)] + "…");
    }

    private GrpcException Translate(GrpcServerCall call, Exception failure)
    {
        switch (failure)
        {
            case GrpcException error:
                return error;
            case OperationCanceledException when call.IsExpired:
                return DeadlineExceeded();
            case OperationCanceledException when call.IsStopping:
                return new GrpcException(GrpcStatusCode.Unavailable, "the server is stopping");
            case OperationCanceledException:
                return new GrpcException(GrpcStatusCode.Cancelled, "context canceled");
            default:
                var id = Guid.NewGuid().ToString("N")[..8];
                router.OnFault?.Invoke(call, failure, id);
                return new GrpcException(GrpcStatusCode.Internal, $"something went wrong, please retry ({id})");
        }
    }

    private static bool AcceptsGzip(IHeaderDictionary headers) =>
        headers.TryGetValue(GrpcHeaders.AcceptEncoding, out var accepted)
        && accepted.ToString().Contains(GrpcHeaders.Gzip, StringComparison.OrdinalIgnoreCase);

    private static GrpcException DeadlineExceeded() => new(GrpcStatusCode.DeadlineExceeded, "context deadline exceeded");
}
