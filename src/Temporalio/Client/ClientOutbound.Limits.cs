using Microsoft.Extensions.Logging;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Namespace.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <content>Sizes are checked before sending. The namespace is asked for its limits once, when something large is about to be sent.</content>
internal sealed partial class ClientOutbound
{
    private static readonly Action<ILogger, string, int, Exception?> LogLarge = LoggerMessage.Define<string, int>(
        LogLevel.Warning, new(3200, "LargePayload"), "{What} take {Bytes} bytes, which is large for a workflow");

    private Task<NamespaceInfo.Types.Limits?>? _limits;

    private async Task<Payloads?> CheckedAsync(string what, Task<Payloads?> payloads)
    {
        var value = await payloads.ConfigureAwait(false);
        await CheckAsync(PayloadSize.Of(what, value)).ConfigureAwait(false);
        return value;
    }

    private async Task<Memo?> CheckedAsync(string what, Task<Memo?> memo)
    {
        var value = await memo.ConfigureAwait(false);
        await CheckAsync(PayloadSize.Of(what, value)).ConfigureAwait(false);
        return value;
    }

    private async Task CheckAsync(PayloadSize? size)
    {
        var warn = _client.Connection.Options.PayloadLimits;
        var (at, usual) = size is { IsMemo: true } ? (warn.MemoWarnSize, PayloadLimitsOptions.DefaultMemoWarnSize) : (warn.PayloadsWarnSize, PayloadLimitsOptions.DefaultPayloadsWarnSize);
        if (size is null || size.Bytes <= Math.Min(at > 0 ? at : usual, usual))
        {
            return;
        }

        var limits = await (_limits ??= ReadLimitsAsync()).ConfigureAwait(false);
        var limit = size.IsMemo ? limits?.MemoSizeLimitError : limits?.BlobSizeLimitError;
        if (limit > 0 && size.Bytes > limit)
        {
            // What the server would answer, with the name it does not know.
            throw new RpcException(RpcException.StatusCode.InvalidArgument, size.Over(limit.Value, $"namespace '{Namespace}'"), null);
        }

        if (at > 0 && size.Bytes > at)
        {
            LogLarge(_client.Options.LoggerFactory.CreateLogger<TemporalClient>(), size.What, size.Bytes, null);
        }
    }

    private async Task<NamespaceInfo.Types.Limits?> ReadLimitsAsync()
    {
        try
        {
            var response = await Service.DescribeNamespaceAsync(new() { Namespace = Namespace }, Retrying(null)).ConfigureAwait(false);
            return response.NamespaceInfo?.Limits;
        }
        catch (RpcException)
        {
            // A client may lack the permission to ask; then the server judges, and the next large payload asks again.
            _limits = null;
            return null;
        }
    }
}
