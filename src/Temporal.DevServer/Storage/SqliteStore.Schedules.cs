using Temporal.DevServer.Schedules.Records;

namespace Temporal.DevServer.Storage;

/// <content>Schedules: one row each, written whole.</content>
internal sealed partial class SqliteStore
{
    public IReadOnlyList<StoredSchedule> ReadSchedules()
    {
        lock (_readerGate)
        {
            var schedules = new List<StoredSchedule>();
            var statement = _reader.Prepare("SELECT record FROM schedules");
            while (statement.Step())
            {
                schedules.Add(StoredSchedule.Parser.ParseFrom(statement.Blob(0)));
            }

            statement.Reset();
            return schedules;
        }
    }

    private void WriteSchedule(ScheduleWrite schedule)
    {
        if (schedule.Record is null)
        {
            _writer.Prepare("DELETE FROM schedules WHERE namespace_id = ?1 AND schedule_id = ?2").Bind(1, schedule.NamespaceId).Bind(2, schedule.ScheduleId).Run();
            return;
        }

        _writer.Prepare("INSERT INTO schedules (namespace_id, schedule_id, record) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET record = excluded.record")
            .Bind(1, schedule.NamespaceId).Bind(2, schedule.ScheduleId).Bind(3, schedule.Record).Run();
    }
}
