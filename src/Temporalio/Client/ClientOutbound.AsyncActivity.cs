using Google.Protobuf;
using Temporalio.Client.Interceptors;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    /// <inheritdoc/>
    public override async Task HeartbeatAsyncActivityAsync(HeartbeatAsyncActivityInput input)
    {
        var details = await ToPayloadsAsync(ConverterOf(input.DataConverterOverride), input.Options?.Details).ConfigureAwait(false);
        var rpc = Retrying(input.Options?.Rpc);
        bool stop;
        if (input.Activity is AsyncActivityHandle.IdReference id)
        {
            var response = await Service.RecordActivityTaskHeartbeatByIdAsync(
                new()
                {
                    Namespace = Namespace, Identity = Identity, WorkflowId = id.WorkflowId, RunId = id.RunId ?? string.Empty,
                    ActivityId = id.ActivityId, Details = details,
                },
                rpc).ConfigureAwait(false);
            stop = response.CancelRequested || response.ActivityPaused || response.ActivityReset;
        }
        else
        {
            var response = await Service.RecordActivityTaskHeartbeatAsync(
                new() { Namespace = Namespace, Identity = Identity, TaskToken = Token(input.Activity), Details = details }, rpc).ConfigureAwait(false);
            stop = response.CancelRequested || response.ActivityPaused || response.ActivityReset;
        }

        if (stop)
        {
            throw new AsyncActivityCanceledException();
        }
    }

    /// <inheritdoc/>
    public override async Task CompleteAsyncActivityAsync(CompleteAsyncActivityInput input)
    {
        var result = await CheckedAsync("Bytes of the result of an activity", ToPayloadsAsync(ConverterOf(input.DataConverterOverride), [input.Result])).ConfigureAwait(false);
        var rpc = Retrying(input.Options?.Rpc);
        if (input.Activity is AsyncActivityHandle.IdReference id)
        {
            await Service.RespondActivityTaskCompletedByIdAsync(
                new()
                {
                    Namespace = Namespace, Identity = Identity, WorkflowId = id.WorkflowId, RunId = id.RunId ?? string.Empty,
                    ActivityId = id.ActivityId, Result = result,
                },
                rpc).ConfigureAwait(false);
            return;
        }

        await Service.RespondActivityTaskCompletedAsync(
            new() { Namespace = Namespace, Identity = Identity, TaskToken = Token(input.Activity), Result = result }, rpc).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task FailAsyncActivityAsync(FailAsyncActivityInput input)
    {
        var converter = ConverterOf(input.DataConverterOverride);
        var failure = await converter.ToFailureAsync(input.Exception).ConfigureAwait(false);
        var details = await ToPayloadsAsync(converter, input.Options?.LastHeartbeatDetails).ConfigureAwait(false);
        var rpc = Retrying(input.Options?.Rpc);
        if (input.Activity is AsyncActivityHandle.IdReference id)
        {
            await Service.RespondActivityTaskFailedByIdAsync(
                new()
                {
                    Namespace = Namespace, Identity = Identity, WorkflowId = id.WorkflowId, RunId = id.RunId ?? string.Empty,
                    ActivityId = id.ActivityId, Failure = failure, LastHeartbeatDetails = details,
                },
                rpc).ConfigureAwait(false);
            return;
        }

        await Service.RespondActivityTaskFailedAsync(
            new()
            {
                Namespace = Namespace, Identity = Identity, TaskToken = Token(input.Activity), Failure = failure, LastHeartbeatDetails = details,
            },
            rpc).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task ReportCancellationAsyncActivityAsync(ReportCancellationAsyncActivityInput input)
    {
        var details = await ToPayloadsAsync(ConverterOf(input.DataConverterOverride), input.Options?.Details).ConfigureAwait(false);
        var rpc = Retrying(input.Options?.Rpc);
        if (input.Activity is AsyncActivityHandle.IdReference id)
        {
            await Service.RespondActivityTaskCanceledByIdAsync(
                new()
                {
                    Namespace = Namespace, Identity = Identity, WorkflowId = id.WorkflowId, RunId = id.RunId ?? string.Empty,
                    ActivityId = id.ActivityId, Details = details,
                },
                rpc).ConfigureAwait(false);
            return;
        }

        await Service.RespondActivityTaskCanceledAsync(
            new() { Namespace = Namespace, Identity = Identity, TaskToken = Token(input.Activity), Details = details }, rpc).ConfigureAwait(false);
    }

    private static ByteString Token(AsyncActivityHandle.Reference activity) => activity is AsyncActivityHandle.TaskTokenReference reference
        ? ByteString.CopyFrom(reference.TaskToken)
        : throw new ArgumentException($"Unknown kind of activity reference '{activity.GetType()}'.", nameof(activity));

    private DataConverter ConverterOf(DataConverter? given) => given ?? _client.Options.DataConverter;
}
