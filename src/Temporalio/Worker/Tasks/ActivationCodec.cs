using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Converters;
using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Tasks;

/// <summary>Applies the payload codec to what goes into a workflow and comes out of it; search attributes are never touched.</summary>
internal static class ActivationCodec
{
    /// <summary>Jobs with decoded payloads. Events and messages keep theirs: they may be sent again.</summary>
    public static async Task<WorkflowActivation> DecodeAsync(IPayloadCodec codec, WorkflowActivation activation)
    {
        var jobs = new ActivationJob[activation.Jobs.Count];
        for (var i = 0; i < jobs.Length; i++)
        {
            jobs[i] = await DecodeAsync(codec, activation.Jobs[i]).ConfigureAwait(false);
        }

        return activation.With(jobs);
    }

    /// <summary>Encodes the payloads of commands, in place.</summary>
    public static async Task EncodeAsync(IPayloadCodec codec, IReadOnlyList<WorkflowCommand> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            await EncodeAsync(codec, commands[i]).ConfigureAwait(false);
        }
    }

    private static async Task<ActivationJob> DecodeAsync(IPayloadCodec codec, ActivationJob job)
    {
        switch (job)
        {
            case ActivationJob.Initialize start:
                var started = start.Attributes.Clone();
                await DecodeAsync(codec, started.Input?.Payloads_).ConfigureAwait(false);
                await DecodeAsync(codec, started.LastCompletionResult?.Payloads_).ConfigureAwait(false);
                await DecodeAsync(codec, started.Header?.Fields).ConfigureAwait(false);
                await DecodeAsync(codec, started.Memo?.Fields).ConfigureAwait(false);
                await DecodeAsync(codec, started.ContinuedFailure).ConfigureAwait(false);
                return new ActivationJob.Initialize(start.WorkflowId, start.RunId, started, start.StartedTime, start.FirstTaskTime, start.RandomSeed);
            case ActivationJob.Signal signal:
                var signaled = signal.Attributes.Clone();
                await DecodeAsync(codec, signaled.Input?.Payloads_).ConfigureAwait(false);
                await DecodeAsync(codec, signaled.Header?.Fields).ConfigureAwait(false);
                return new ActivationJob.Signal(signaled);
            case ActivationJob.Update update:
                var request = update.Request.Clone();
                await DecodeAsync(codec, request.Input?.Args?.Payloads_).ConfigureAwait(false);
                await DecodeAsync(codec, request.Input?.Header?.Fields).ConfigureAwait(false);
                return new ActivationJob.Update(update.ProtocolInstanceId, request, update.RunValidator);
            case ActivationJob.Query query:
                var asked = query.Request.Clone();
                await DecodeAsync(codec, asked.QueryArgs?.Payloads_).ConfigureAwait(false);
                await DecodeAsync(codec, asked.Header?.Fields).ConfigureAwait(false);
                return new ActivationJob.Query(query.Id, asked);
            case ActivationJob.ResolveActivity activity:
                return new ActivationJob.ResolveActivity(activity.Seq, activity.EndedAs, activity.Local)
                {
                    Result = await DecodeAsync(codec, activity.Result).ConfigureAwait(false),
                    Failure = await DecodedAsync(codec, activity.Failure).ConfigureAwait(false),
                    Attempt = activity.Attempt,
                    Backoff = activity.Backoff,
                    OriginalScheduleTime = activity.OriginalScheduleTime,
                };
            case ActivationJob.ResolveChild child:
                return new ActivationJob.ResolveChild(child.Seq, child.EndedAs)
                {
                    Result = await DecodeAsync(codec, child.Result).ConfigureAwait(false),
                    Failure = await DecodedAsync(codec, child.Failure).ConfigureAwait(false),
                };
            default:
                return job;
        }
    }

    private static async Task EncodeAsync(IPayloadCodec codec, WorkflowCommand command)
    {
        switch (command)
        {
            case WorkflowCommand.StartTimer timer:
                await EncodeAsync(codec, timer.Metadata).ConfigureAwait(false);
                break;
            case WorkflowCommand.ScheduleActivity activity:
                await EncodeAsync(codec, activity.Attributes.Input?.Payloads_).ConfigureAwait(false);
                await EncodeAsync(codec, activity.Attributes.Header?.Fields).ConfigureAwait(false);
                await EncodeAsync(codec, activity.Metadata).ConfigureAwait(false);
                break;
            case WorkflowCommand.ScheduleLocalActivity local:
                await EncodeAsync(codec, local.Metadata).ConfigureAwait(false);
                break;
            case WorkflowCommand.StartChild child:
                await EncodeAsync(codec, child.Attributes.Input?.Payloads_).ConfigureAwait(false);
                await EncodeAsync(codec, child.Attributes.Header?.Fields).ConfigureAwait(false);
                await EncodeAsync(codec, child.Attributes.Memo?.Fields).ConfigureAwait(false);
                await EncodeAsync(codec, child.Metadata).ConfigureAwait(false);
                break;
            case WorkflowCommand.SignalExternal signal:
                await EncodeAsync(codec, signal.Attributes.Input?.Payloads_).ConfigureAwait(false);
                await EncodeAsync(codec, signal.Attributes.Header?.Fields).ConfigureAwait(false);
                break;
            case WorkflowCommand.ModifyMemo memo:
                await EncodeAsync(codec, memo.Memo.Fields).ConfigureAwait(false);
                break;
            case WorkflowCommand.ContinueAsNew next:
                await EncodeAsync(codec, next.Attributes.Input?.Payloads_).ConfigureAwait(false);
                await EncodeAsync(codec, next.Attributes.Header?.Fields).ConfigureAwait(false);
                await EncodeAsync(codec, next.Attributes.Memo?.Fields).ConfigureAwait(false);
                break;
            case WorkflowCommand.CompleteWorkflow complete:
                complete.Result = await EncodeAsync(codec, complete.Result).ConfigureAwait(false);
                break;
            case WorkflowCommand.FailWorkflow fail:
                fail.Failure = await EncodedAsync(codec, fail.Failure).ConfigureAwait(false);
                break;
            case WorkflowCommand.UpdateRejected rejected:
                rejected.Failure = await EncodedAsync(codec, rejected.Failure).ConfigureAwait(false);
                break;
            case WorkflowCommand.UpdateCompleted completed:
                completed.Result = await EncodeAsync(codec, completed.Result).ConfigureAwait(false);
                completed.Failure = completed.Failure is { } failure ? await EncodedAsync(codec, failure).ConfigureAwait(false) : null;
                break;
            case WorkflowCommand.QueryAnswer answer:
                answer.Result = await EncodeAsync(codec, answer.Result).ConfigureAwait(false);
                answer.Failure = answer.Failure is { } problem ? await EncodedAsync(codec, problem).ConfigureAwait(false) : null;
                break;
        }
    }

    private static Task DecodeAsync(IPayloadCodec codec, RepeatedField<Payload>? payloads) =>
        payloads is { Count: > 0 } ? codec.DecodeInPlaceAsync(payloads) : Task.CompletedTask;

    private static Task DecodeAsync(IPayloadCodec codec, MapField<string, Payload>? fields) =>
        fields is { Count: > 0 } ? codec.DecodeInPlaceAsync(fields) : Task.CompletedTask;

    private static Task DecodeAsync(IPayloadCodec codec, Failure? failure) =>
        failure is null ? Task.CompletedTask : codec.DecodeFailureAsync(failure);

    private static async Task<Payload?> DecodeAsync(IPayloadCodec codec, Payload? payload) =>
        payload is null ? null : await codec.DecodeSingleAsync(payload).ConfigureAwait(false);

    private static async Task<Failure?> DecodedAsync(IPayloadCodec codec, Failure? failure)
    {
        var copy = failure?.Clone();
        await DecodeAsync(codec, copy).ConfigureAwait(false);
        return copy;
    }

    private static Task EncodeAsync(IPayloadCodec codec, RepeatedField<Payload>? payloads) =>
        payloads is { Count: > 0 } ? codec.EncodeInPlaceAsync(payloads) : Task.CompletedTask;

    private static Task EncodeAsync(IPayloadCodec codec, MapField<string, Payload>? fields) =>
        fields is { Count: > 0 } ? codec.EncodeInPlaceAsync(fields) : Task.CompletedTask;

    private static async Task EncodeAsync(IPayloadCodec codec, Api.Sdk.V1.UserMetadata? metadata)
    {
        if (metadata is not null)
        {
            metadata.Summary = await EncodeAsync(codec, metadata.Summary).ConfigureAwait(false);
            metadata.Details = await EncodeAsync(codec, metadata.Details).ConfigureAwait(false);
        }
    }

    private static async Task<Payload?> EncodeAsync(IPayloadCodec codec, Payload? payload) =>
        payload is null ? null : await codec.EncodeSingleAsync(payload).ConfigureAwait(false);

    /// <summary>A copy: the failure may be one that was received and is still held by an exception.</summary>
    private static async Task<Failure> EncodedAsync(IPayloadCodec codec, Failure failure)
    {
        var copy = failure.Clone();
        await codec.EncodeFailureAsync(copy).ConfigureAwait(false);
        return copy;
    }
}
