using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Common;
using Temporalio.Converters;

namespace Temporalio.Client.Schedules;

/// <summary>
/// Schedules on the wire. What a description holds encoded (arguments, memo, headers) goes back as it came when the schedule is
/// updated, so an update needs no knowledge of the types.
/// </summary>
internal static class ScheduleWire
{
    internal static IReadOnlyDictionary<string, IEncodedRawValue> Encoded(MapField<string, Payload>? fields, DataConverter converter) =>
        (fields ?? []).ToDictionary(f => f.Key, IEncodedRawValue (f) => new EncodedRawValue(converter, f.Value));

    internal static async Task<Schedule> FromProtoAsync(Api.Schedule.V1.Schedule proto, string namespaceName, DataConverter converter) =>
        new(await ActionAsync(proto.Action, namespaceName, converter).ConfigureAwait(false), ScheduleSpec.FromProto(proto.Spec ?? new()))
        {
            Policy = SchedulePolicy.FromProto(proto.Policies),
            State = ScheduleState.FromProto(proto.State),
        };

    internal static async Task<Api.Schedule.V1.Schedule> ToProtoAsync(Schedule schedule, string namespaceName, DataConverter converter) => new()
    {
        Action = new() { StartWorkflow = await StartWorkflowAsync(schedule.Action, namespaceName, converter).ConfigureAwait(false) },
        Spec = schedule.Spec.ToProto(),
        Policies = schedule.Policy.ToProto(),
        State = schedule.State.ToProto(),
    };

    internal static async Task<Memo?> MemoAsync(IReadOnlyDictionary<string, object>? values, DataConverter converter)
    {
        if (values is null || values.Count == 0)
        {
            return null;
        }

        var memo = new Memo();
        foreach (var (key, value) in values)
        {
            memo.Fields[key] = await EncodeAsync(value, converter).ConfigureAwait(false);
        }

        return memo;
    }

    private static async Task<ScheduleAction> ActionAsync(Api.Schedule.V1.ScheduleAction action, string namespaceName, DataConverter converter)
    {
        var start = action?.StartWorkflow ?? throw new InvalidOperationException("The server described a schedule with an action unknown to this SDK.");
        converter = converter.WithSerializationContext(new ISerializationContext.Workflow(namespaceName, start.WorkflowId));
        var options = new WorkflowOptions(start.WorkflowId, start.TaskQueue.Name)
        {
            ExecutionTimeout = Positive(start.WorkflowExecutionTimeout),
            RunTimeout = Positive(start.WorkflowRunTimeout),
            TaskTimeout = Positive(start.WorkflowTaskTimeout),
            RetryPolicy = start.RetryPolicy is { } retry ? Common.RetryPolicy.FromProto(retry) : null,
            Memo = start.Memo is { } memo ? memo.Fields.ToDictionary(f => f.Key, object (f) => new EncodedRawValue(converter, f.Value)) : null,
            TypedSearchAttributes = start.SearchAttributes is { } attributes ? SearchAttributeCollection.FromProto(attributes) : null,
            StaticSummary = await TextAsync(start.UserMetadata?.Summary, converter).ConfigureAwait(false),
            StaticDetails = await TextAsync(start.UserMetadata?.Details, converter).ConfigureAwait(false),
            Priority = start.Priority is { } priority ? Common.Priority.FromProto(priority) : null,
        };
        object?[] args = [.. (start.Input?.Payloads_ ?? []).Select(p => new EncodedRawValue(converter, p))];
        return new ScheduleActionStartWorkflow(start.WorkflowType.Name, args, options, start.Header is { } header ? Encoded(header.Fields, converter) : null);
    }

    private static async Task<NewWorkflowExecutionInfo> StartWorkflowAsync(ScheduleAction action, string namespaceName, DataConverter converter)
    {
        if (action is not ScheduleActionStartWorkflow start)
        {
            throw new ArgumentException($"Unknown schedule action '{action.GetType()}'.", nameof(action));
        }

        start.Check();
        var options = start.Options;
        converter = converter.WithSerializationContext(new ISerializationContext.Workflow(namespaceName, options.Id!));
        var info = new NewWorkflowExecutionInfo
        {
            WorkflowId = options.Id,
            WorkflowType = new() { Name = start.Workflow },
            TaskQueue = new() { Name = options.TaskQueue, Kind = TaskQueueKind.Normal },
            WorkflowExecutionTimeout = ToDuration(options.ExecutionTimeout),
            WorkflowRunTimeout = ToDuration(options.RunTimeout),
            WorkflowTaskTimeout = ToDuration(options.TaskTimeout),
            RetryPolicy = options.RetryPolicy?.ToProto(),
            Memo = await MemoAsync(options.Memo, converter).ConfigureAwait(false),
            SearchAttributes = options.TypedSearchAttributes is { Count: > 0 } attributes ? attributes.ToProto() : null,
            VersioningOverride = options.VersioningOverride?.ToProto(),
            Priority = options.Priority?.ToProto(),
        };
        if (start.Args.Count > 0)
        {
            info.Input = new();
            foreach (var arg in start.Args)
            {
                info.Input.Payloads_.Add(await EncodeAsync(arg, converter).ConfigureAwait(false));
            }
        }

        if (start.Headers is { Count: > 0 } headers)
        {
            info.Header = new() { Fields = { headers.ToDictionary(h => h.Key, h => h.Value.Payload) } };
        }

        if (options.StaticSummary is not null || options.StaticDetails is not null)
        {
            info.UserMetadata = new()
            {
                Summary = options.StaticSummary is { } summary ? await converter.ToPayloadAsync(summary).ConfigureAwait(false) : null,
                Details = options.StaticDetails is { } details ? await converter.ToPayloadAsync(details).ConfigureAwait(false) : null,
            };
        }

        return info;
    }

    private static Task<Payload> EncodeAsync(object? value, DataConverter converter) =>
        value is IEncodedRawValue encoded ? Task.FromResult(encoded.Payload) : converter.ToPayloadAsync(value);

    private static async Task<string?> TextAsync(Payload? payload, DataConverter converter) =>
        payload is null ? null : await converter.ToValueAsync<string?>(payload).ConfigureAwait(false);

    private static TimeSpan? Positive(Duration? duration) => duration?.ToTimeSpan() is { } time && time > TimeSpan.Zero ? time : null;

    private static Duration? ToDuration(TimeSpan? time) => time is { } value ? Duration.FromTimeSpan(value) : null;
}
