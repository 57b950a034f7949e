using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Converters;

namespace Temporalio.Worker.Instances;

/// <summary>Values of workflow code as they go on the wire.</summary>
internal static class Wire
{
    /// <summary>Arguments; null for none.</summary>
    public static Payloads? Payloads(IPayloadConverter converter, IReadOnlyCollection<object?> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var payloads = new Payloads();
        foreach (var value in values)
        {
            payloads.Payloads_.Add(converter.ToPayload(value));
        }

        return payloads;
    }

    /// <summary>A queue that any worker polls.</summary>
    public static Api.TaskQueue.V1.TaskQueue Queue(string name) => new() { Name = name, Kind = Api.Enums.V1.TaskQueueKind.Normal };

    /// <summary>A duration; null stays null.</summary>
    public static Duration? Span(TimeSpan? span) => span is { } value ? Duration.FromTimeSpan(value) : null;

    /// <summary>Headers; null for none.</summary>
    public static Header? Header(IDictionary<string, Payload>? headers) =>
        headers is { Count: > 0 } ? new Header { Fields = { headers } } : null;

    /// <summary>A memo.</summary>
    public static Memo Memo(IPayloadConverter converter, IReadOnlyDictionary<string, object> values)
    {
        var memo = new Memo();
        foreach (var (key, value) in values)
        {
            memo.Fields.Add(key, converter.ToPayload(value));
        }

        return memo;
    }

    /// <summary>Summary and details; null when neither is set.</summary>
    public static UserMetadata? Metadata(IPayloadConverter converter, string? summary, string? details = null) => summary is null && details is null
        ? null
        : new()
        {
            Summary = summary is null ? null : converter.ToPayload(summary),
            Details = details is null ? null : converter.ToPayload(details),
        };
}
