using Google.Protobuf;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.Storage;

/// <content>Runs, histories and what recovery needs.</content>
internal sealed partial class SqliteStore
{
    public StoredRun? FindRun(string namespaceId, string workflowId, string runId)
    {
        lock (_readerGate)
        {
            var statement = _reader.Prepare(runId.Length == 0
                ? "SELECT id, run_id, status, start_request_id FROM runs WHERE namespace_id = ?1 AND workflow_id = ?2 ORDER BY id DESC LIMIT 1"
                : "SELECT id, run_id, status, start_request_id FROM runs WHERE namespace_id = ?1 AND workflow_id = ?2 AND run_id = ?3");
            statement.Bind(1, namespaceId).Bind(2, workflowId);
            if (runId.Length > 0)
            {
                statement.Bind(3, runId);
            }

            if (!statement.Step())
            {
                statement.Reset();
                return null;
            }

            var run = new StoredRun(statement.Int64(0), namespaceId, workflowId, statement.Text(1), (WorkflowExecutionStatus)statement.Int64(2))
            {
                StartRequestId = statement.Text(3),
            };
            statement.Reset();
            return run;
        }
    }

    public IReadOnlyList<StoredRun> OpenRuns()
    {
        lock (_readerGate)
        {
            var activities = ReadActivities().ToLookup(a => a.Run, a => (a.ScheduledEventId, a.Record));
            var runs = new List<StoredRun>();
            var statement = _reader.Prepare(
                "SELECT id, namespace_id, workflow_id, run_id, status, record, start_request_id FROM open_runs JOIN runs ON runs.id = open_runs.run ORDER BY id");
            while (statement.Step())
            {
                var id = statement.Int64(0);
                runs.Add(new StoredRun(id, statement.Text(1), statement.Text(2), statement.Text(3), (WorkflowExecutionStatus)statement.Int64(4))
                {
                    StartRequestId = statement.Text(6),
                    Record = RunRecord.Parser.ParseFrom(statement.Blob(5)),
                    Activities = [.. activities[id]],
                });
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

    private List<(long Run, long ScheduledEventId, ActivityRecord Record)> ReadActivities()
    {
        var records = new List<(long, long, ActivityRecord)>();
        var statement = _reader.Prepare("SELECT run, scheduled_event, record FROM activities");
        while (statement.Step())
        {
            records.Add((statement.Int64(0), statement.Int64(1), ActivityRecord.Parser.ParseFrom(statement.Blob(2))));
        }

        statement.Reset();
        return records;
    }
}
