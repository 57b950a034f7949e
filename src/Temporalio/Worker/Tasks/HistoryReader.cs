using Google.Protobuf;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;

namespace Temporalio.Worker.Tasks;

/// <summary>Reads what is missing of a task's history.</summary>
internal sealed class HistoryReader(IWorkflowServicePort service, string ns)
{
    /// <summary>The task's history with its further pages.</summary>
    public async Task<IReadOnlyList<HistoryEvent>> CompleteAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellationToken)
    {
        if (task.NextPageToken.IsEmpty)
        {
            return (IReadOnlyList<HistoryEvent>?)task.History?.Events ?? [];
        }

        List<HistoryEvent> events = [.. task.History.Events];
        await ReadPagesAsync(task, events, task.NextPageToken, cancellationToken).ConfigureAwait(false);
        return UpTo(events, task.StartedEventId);
    }

    /// <summary>All of the run's history up to the task; null when the run is gone.</summary>
    public async Task<IReadOnlyList<HistoryEvent>?> FetchAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellationToken)
    {
        var events = new List<HistoryEvent>();
        try
        {
            await ReadPagesAsync(task, events, ByteString.Empty, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }

        // Events of this task that are not stored yet come with the task only.
        if (events.Count > 0 && task.History is { Events.Count: > 0 } own)
        {
            events.AddRange(own.Events.Where(e => e.EventId > events[^1].EventId).ToList());
        }

        return UpTo(events, task.StartedEventId);
    }

    private async Task ReadPagesAsync(
        PollWorkflowTaskQueueResponse task, List<HistoryEvent> events, ByteString token, CancellationToken cancellationToken)
    {
        do
        {
            var page = await service.GetHistoryAsync(
                new() { Namespace = ns, Execution = task.WorkflowExecution, NextPageToken = token }, cancellationToken).ConfigureAwait(false);
            var last = events.Count == 0 ? 0 : events[^1].EventId;
            events.AddRange(page.History.Events.Where(e => e.EventId > last));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
    }

    private static List<HistoryEvent> UpTo(List<HistoryEvent> events, long startedEventId)
    {
        if (startedEventId > 0)
        {
            events.RemoveAll(e => e.EventId > startedEventId);
        }

        return events;
    }
}
