using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <summary>Waits for the close of a run, or of the chain it belongs to, and turns it into a result or an exception.</summary>
internal static class WorkflowResult
{
    internal static async Task<T> GetAsync<T>(ITemporalClient client, string id, string? runId, bool followRuns, RpcOptions? rpcOptions)
    {
        byte[]? token = null;
        while (true)
        {
            var page = await client.OutboundInterceptor.FetchWorkflowHistoryEventPageAsync(new(
                id, runId, null, token, true, HistoryEventFilterType.CloseEvent, true, rpcOptions)).ConfigureAwait(false);
            if (page.Events.Count == 0)
            {
                token = page.NextPageToken;
                continue;
            }

            var close = page.Events.First();
            var next = NextRun(close);
            if (next is not null && followRuns)
            {
                (runId, token) = (next, null);
                continue;
            }

            return await ReadAsync<T>(client, id, close).ConfigureAwait(false);
        }
    }

    private static string? NextRun(HistoryEvent close)
    {
        var next = close.AttributesCase switch
        {
            HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes =>
                close.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
            HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes =>
                close.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
            HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes =>
                close.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
            HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes =>
                close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
            _ => null,
        };
        return string.IsNullOrEmpty(next) ? null : next;
    }

    private static async Task<T> ReadAsync<T>(ITemporalClient client, string id, HistoryEvent close)
    {
        var converter = client.Options.DataConverter.WithSerializationContext(new ISerializationContext.Workflow(client.Options.Namespace, id));
        switch (close.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionCompletedEventAttributes:
                return await converter.ToResultAsync<T>(close.WorkflowExecutionCompletedEventAttributes.Result).ConfigureAwait(false);
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionFailedEventAttributes:
                throw new WorkflowFailedException(
                    await converter.ToExceptionAsync(close.WorkflowExecutionFailedEventAttributes.Failure).ConfigureAwait(false));
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionCanceledEventAttributes:
                throw await CloseAsync(converter, new()
                {
                    Message = "Workflow canceled",
                    CanceledFailureInfo = new() { Details = close.WorkflowExecutionCanceledEventAttributes.Details },
                }).ConfigureAwait(false);
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionTimedOutEventAttributes:
                throw await CloseAsync(converter, new()
                {
                    Message = "Workflow timed out",
                    TimeoutFailureInfo = new() { TimeoutType = TimeoutType.StartToClose },
                }).ConfigureAwait(false);
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionTerminatedEventAttributes:
                throw await TerminatedAsync(converter, close.WorkflowExecutionTerminatedEventAttributes).ConfigureAwait(false);
            case HistoryEvent.AttributesOneofCase.WorkflowExecutionContinuedAsNewEventAttributes:
                throw new WorkflowContinuedAsNewException(close.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId);
            default:
                throw new InvalidOperationException($"The server answered with {close.EventType} where the close event of '{id}' was asked for.");
        }
    }

    private static async Task<WorkflowFailedException> CloseAsync(DataConverter converter, Failure failure) =>
        new(await converter.ToExceptionAsync(failure).ConfigureAwait(false));

    private static async Task<WorkflowFailedException> TerminatedAsync(
        DataConverter converter, WorkflowExecutionTerminatedEventAttributes attributes)
    {
        var details = attributes.Details?.Clone();
        if (details is not null && converter.PayloadCodec is { } codec)
        {
            await codec.DecodeInPlaceAsync(details.Payloads_).ConfigureAwait(false);
        }

        var failure = new Failure
        {
            Message = attributes.Reason.Length > 0 ? attributes.Reason : "Workflow terminated",
            TerminatedFailureInfo = new() { Identity = attributes.Identity },
        };
        return new(new TerminatedFailureException(
            failure, null, details is null ? null : new InboundFailureDetails(converter.PayloadConverter, details.Payloads_)));
    }
}
