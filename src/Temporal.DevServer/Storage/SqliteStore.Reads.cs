using Google.Protobuf;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.Storage;

/// <content>Runs, histories and what recovery needs.</content>
internal sealed partial class SqliteStore
{
    private const string FoundRun =
        "SELECT id, run_id, status, start_request_id, record, reset_run_id, waits_for_worker FROM runs " +
        "LEFT JOIN open_runs ON open_runs.run = runs.id LEFT JOIN resets ON resets.run = runs.id";

    public StoredRun? FindRun(string namespaceId, string workflowId, string runId)
    {
        lock (_readerGate)
        {
            var statement = _reader.Prepare(runId.Length == 0
                ? $"{FoundRun} WHERE namespace_id = ?1 AND workflow_id = ?2 ORDER BY id DESC LIMIT 1"
                : $"{FoundRun} WHERE namespace_id = ?1 AND workflow_id = ?2 AND run_id = ?3");
            statement.Bind(1, namespaceId).Bind(2, workflowId);
            if (runId.Length > 0)
            {
                statement.Bind(3, runId);
            }

            return ReadRun(statement, namespaceId, workflowId);
        }
    }

    public StoredRun? FindRun(RunKey run)
    {
        lock (_readerGate)
        {
            return ReadRun(_reader.Prepare($"{FoundRun} WHERE id = ?1").Bind(1, run.StoreId), run.NamespaceId, run.WorkflowId);
        }
    }

    private StoredRun? ReadRun(SqliteStatement statement, string namespaceId, string workflowId)
    {
        if (!statement.Step())
        {
            statement.Reset();
            return null;
        }

        var id = statement.Int64(0);
        var open = !statement.IsNull(4);
        var run = new StoredRun(id, namespaceId, workflowId, statement.Text(1), (WorkflowExecutionStatus)statement.Int64(2))
        {
            StartRequestId = statement.Text(3),
            ResetRunId = statement.IsNull(5) ? "" : statement.Text(5),
            Record = open ? RunRecord.Parser.ParseFrom(statement.Blob(4)) : null,
            Activities = open && statement.Int64(6) != 0 ? ReadActivities(id) : [], // without work for a worker there are none
        };
        statement.Reset();
        return run;
    }

    public IReadOnlyList<OpenRun> OpenRuns()
    {
        lock (_readerGate)
        {
            var runs = new List<OpenRun>();
            var statement = _reader.Prepare(
                "SELECT id, namespace_id, workflow_id, run_id, deadline, waits_for_worker FROM open_runs JOIN runs ON runs.id = open_runs.run ORDER BY id");
            while (statement.Step())
            {
                runs.Add(new OpenRun(
                    new RunKey(statement.Int64(0), statement.Text(1), statement.Text(2), statement.Text(3)),
                    statement.NullableInt64(4) is { } ticks ? Time(ticks) : null,
                    statement.Int64(5) != 0));
            }

            statement.Reset();
            return runs;
        }
    }

    public IReadOnlyList<RunKey> ClosedBefore(string namespaceId, DateTime time, int limit)
    {
        lock (_readerGate)
        {
            var runs = new List<RunKey>();
            var statement = _reader.Prepare("SELECT id, workflow_id, run_id FROM runs WHERE namespace_id = ?1 AND close_time < ?2 AND status <> 1 LIMIT ?3")
                .Bind(1, namespaceId).Bind(2, time.Ticks).Bind(3, (long)limit);
            while (statement.Step())
            {
                runs.Add(new RunKey(statement.Int64(0), namespaceId, statement.Text(1), statement.Text(2)));
            }

            statement.Reset();
            return runs;
        }
    }

    public IReadOnlyList<IReadOnlyList<HistoryEvent>> ReadHistory(long storeId)
    {
        lock (_readerGate)
        {
            var batches = new List<IReadOnlyList<HistoryEvent>>();
            var statement = _reader.Prepare("SELECT events FROM history WHERE run = ?1 ORDER BY first_event").Bind(1, storeId);
            while (statement.Step())
            {
                batches.Add(HistoryMessage.Parser.ParseFrom(statement.Blob(0)).Events);
            }

            statement.Reset();
            return batches;
        }
    }

    public IReadOnlyList<OutboxMessage> ReadOutbox()
    {
        lock (_readerGate)
        {
            var messages = new List<OutboxMessage>();
            var statement = _reader.Prepare("SELECT record FROM outbox ORDER BY id");
            while (statement.Step())
            {
                messages.Add(OutboxMessage.Parser.ParseFrom(statement.Blob(0)));
            }

            statement.Reset();
            return messages;
        }
    }

    public IReadOnlyList<NamespaceRecord> ReadNamespaces()
    {
        lock (_readerGate)
        {
            var records = new List<NamespaceRecord>();
            var statement = _reader.Prepare("SELECT record FROM namespaces ORDER BY rowid");
            while (statement.Step())
            {
                records.Add(NamespaceRecord.Parser.ParseFrom(statement.Blob(0)));
            }

            statement.Reset();
            return records;
        }
    }

    private List<(long ScheduledEventId, ActivityRecord Record)> ReadActivities(long run)
    {
        var records = new List<(long, ActivityRecord)>();
        var statement = _reader.Prepare("SELECT scheduled_event, record FROM activities WHERE run = ?1").Bind(1, run);
        while (statement.Step())
        {
            records.Add((statement.Int64(0), ActivityRecord.Parser.ParseFrom(statement.Blob(1))));
        }

        statement.Reset();
        return records;
    }
}
