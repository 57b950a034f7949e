using Temporal.DevServer.Schedules.Records;

namespace Temporal.DevServer.Schedules;

/// <summary>One schedule id in memory: the schedule that has it, or the last one that had. Guarded by <see cref="Gate"/>.</summary>
internal sealed class HostedSchedule(string namespaceId, string scheduleId)
{
    public string NamespaceId { get; } = namespaceId;

    public string ScheduleId { get; } = scheduleId;

    public Lock Gate { get; } = new();

    /// <summary>What the store has, or will have once <see cref="LastCommit"/> completes; null until a first creation succeeds.</summary>
    public StoredSchedule? Stored { get; set; }

    /// <summary>Null once the schedule is deleted. Another creation under the same id makes another machine.</summary>
    public ScheduleMachine? Machine { get; set; }

    /// <summary>Completes when everything in <see cref="Stored"/> is durable.</summary>
    public Task LastCommit { get; set; } = Task.CompletedTask;

    /// <summary>Completes when the commands given so far were carried out; the next ones follow it.</summary>
    public Task Carrying { get; set; } = Task.CompletedTask;

    /// <summary>Goes off at the machine's next wake-up, or when a deleted schedule may be forgotten.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>What lists show: which of the id's schedules, whether it is paused, and its attributes.</summary>
    public (string RunId, bool Paused, object? Attributes)? Listed { get; set; }

    /// <summary>No longer in the registry: whoever holds it looks again.</summary>
    public bool Evicted { get; set; }
}
