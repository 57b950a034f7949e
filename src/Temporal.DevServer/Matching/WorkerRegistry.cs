using System.Collections.Concurrent;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Worker.V1;

namespace Temporal.DevServer.Matching;

/// <summary>What workers last said of themselves. Kept in memory only, for five minutes after a worker's last word.</summary>
internal sealed class WorkerRegistry(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string NamespaceId, string Key), (WorkerHeartbeat Heartbeat, DateTime Time)> _workers = new();

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public void Record(string namespaceId, IEnumerable<WorkerHeartbeat> heartbeats)
    {
        foreach (var heartbeat in heartbeats)
        {
            if (heartbeat.Status == WorkerStatus.Shutdown)
            {
                _workers.TryRemove((namespaceId, heartbeat.WorkerInstanceKey), out _);
            }
            else
            {
                _workers[(namespaceId, heartbeat.WorkerInstanceKey)] = (heartbeat, Now);
            }
        }
    }

    /// <summary>The namespace's workers by instance key.</summary>
    public IReadOnlyList<WorkerHeartbeat> List(string namespaceId)
    {
        foreach (var (key, entry) in _workers)
        {
            if (Now - entry.Time > Memory)
            {
                _workers.TryRemove(new(key, entry));
            }
        }

        return [.. _workers.Where(w => w.Key.NamespaceId == namespaceId).OrderBy(w => w.Key.Key, StringComparer.Ordinal).Select(w => w.Value.Heartbeat)];
    }
}
