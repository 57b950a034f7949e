using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>A run's stored events by transaction. Appending never copies what is there.</summary>
internal sealed class EventLog
{
    private readonly List<IReadOnlyList<HistoryEvent>> _batches = [];

    public int BatchCount => _batches.Count;

    public IReadOnlyList<HistoryEvent> this[int batch] => _batches[batch];

    public void Append(IReadOnlyList<HistoryEvent> events)
    {
        if (events.Count > 0)
        {
            _batches.Add(events);
        }
    }

    /// <summary>The batch that holds the event.</summary>
    public int BatchOf(long eventId)
    {
        var (low, high) = (0, _batches.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_batches[middle][0].EventId <= eventId)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>Events from the id on, at most so many batches, and the id that follows the last one given.</summary>
    public (List<HistoryEvent> Events, long Next) Read(long fromEventId, int maxBatches, long lastEventId = long.MaxValue)
    {
        var events = new List<HistoryEvent>();
        var next = fromEventId;
        if (_batches.Count == 0)
        {
            return (events, next);
        }

        var first = BatchOf(fromEventId);
        for (var i = first; i < _batches.Count && i - first < maxBatches; i++)
        {
            foreach (var e in _batches[i])
            {
                if (e.EventId >= fromEventId && e.EventId <= lastEventId)
                {
                    events.Add(e);
                    next = e.EventId + 1;
                }
            }
        }

        return (events, next);
    }

    public IEnumerable<HistoryEvent> All => _batches.SelectMany(b => b);
}
