using Temporal.DevServer.Schedules.Records;

namespace Temporal.DevServer.Storage;

/// <summary>A schedule as it is to be stored; without a record it is taken out.</summary>
internal sealed class ScheduleWrite(string namespaceId, string scheduleId, StoredSchedule? record)
{
    public string NamespaceId { get; } = namespaceId;

    public string ScheduleId { get; } = scheduleId;

    /// <summary>The record in bytes: the schedule may change while the write waits.</summary>
    public byte[]? Record { get; } = record is null ? null : Google.Protobuf.MessageExtensions.ToByteArray(record);
}
