using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;

namespace Temporalio.Client;

/// <summary>The end of a client's chain of interceptors: makes the service calls.</summary>
internal sealed partial class ClientOutbound : ClientOutboundInterceptor
{
    private readonly ITemporalClient _client;

    internal ClientOutbound(ITemporalClient client) => _client = client;

    private string Namespace => _client.Options.Namespace;

    private string Identity => _client.Connection.Options.Identity ?? string.Empty;

    private WorkflowService Service => _client.WorkflowService;

    private static RpcOptions Retrying(RpcOptions? options) => TemporalClient.Retrying(options);

    private DataConverter ConverterFor(string workflowId) =>
        _client.Options.DataConverter.WithSerializationContext(new ISerializationContext.Workflow(Namespace, workflowId));

    private static async Task<Payloads?> ToPayloadsAsync(DataConverter converter, IReadOnlyCollection<object?>? values)
    {
        if (values is null || values.Count == 0)
        {
            return null;
        }

        return new() { Payloads_ = { await converter.ToPayloadsAsync(values).ConfigureAwait(false) } };
    }

    private static async Task<Header?> ToHeaderAsync(DataConverter converter, IDictionary<string, Payload>? headers)
    {
        if (headers is null || headers.Count == 0)
        {
            return null;
        }

        var header = new Header { Fields = { headers } };
        await EncodeAsync(converter, header.Fields).ConfigureAwait(false);
        return header;
    }

    private static async Task EncodeAsync(DataConverter converter, MapField<string, Payload> fields)
    {
        if (converter.PayloadCodec is { } codec)
        {
            await codec.EncodeInPlaceAsync(fields).ConfigureAwait(false);
        }
    }

    private static async Task<Memo?> ToMemoAsync(DataConverter converter, IReadOnlyDictionary<string, object>? values)
    {
        if (values is null || values.Count == 0)
        {
            return null;
        }

        var memo = new Memo();
        foreach (var (key, value) in values)
        {
            memo.Fields[key] = await converter.ToPayloadAsync(value ?? throw new ArgumentException($"Memo value '{key}' is null."))
                .ConfigureAwait(false);
        }

        return memo;
    }
}
