using Google.Protobuf;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Storage;

/// <content>Rows of lists and counts.</content>
internal sealed partial class SqliteStore
{
    private const string RowColumns =
        "id, namespace_id, workflow_id, run_id, workflow_type, task_queue, status, start_time, execution_time, close_time, history_length, history_size, " +
        "transitions, parent_namespace_id, parent_workflow_id, parent_run_id, root_workflow_id, root_run_id, first_run_id, memo, search_attributes, priority, start_request_id";

    public IReadOnlyList<(VisibilityRow Row, VisibilityPosition Position)> List(
        string namespaceId, VisibilityCondition condition, VisibilityPosition? after, int limit)
    {
        lock (_readerGate)
        {
            var count = condition.Parameters.Count;
            var place = after is null ? "" : $" AND (close_time, start_time, id) < (?{count + 2}, ?{count + 3}, ?{count + 4})";
            using var statement = _reader.PrepareOnce(
                $"SELECT {RowColumns} FROM runs WHERE namespace_id = ?{count + 1} AND ({condition.Sql}){place} ORDER BY close_time DESC, start_time DESC, id DESC LIMIT {limit}");
            Bind(statement, condition, namespaceId);
            if (after is { } position)
            {
                statement.Bind(count + 2, position.CloseTicks).Bind(count + 3, position.StartTicks).Bind(count + 4, position.StoreId);
            }

            var rows = new List<(VisibilityRow, VisibilityPosition)>();
            while (statement.Step())
            {
                rows.Add((ReadRow(statement), new VisibilityPosition(statement.Int64(9), statement.Int64(7), statement.Int64(0))));
            }

            return rows;
        }
    }

    public IReadOnlyList<(long Group, long Count)> Count(string namespaceId, VisibilityCondition condition, bool byStatus)
    {
        lock (_readerGate)
        {
            using var statement = _reader.PrepareOnce(
                $"SELECT {(byStatus ? "status" : "0")}, count(*) FROM runs WHERE namespace_id = ?{condition.Parameters.Count + 1} AND ({condition.Sql}){(byStatus ? " GROUP BY status" : "")}");
            Bind(statement, condition, namespaceId);
            var groups = new List<(long, long)>();
            while (statement.Step())
            {
                groups.Add((statement.Int64(0), statement.Int64(1)));
            }

            return groups;
        }
    }

    private static void Bind(SqliteStatement statement, VisibilityCondition condition, string namespaceId)
    {
        for (var i = 0; i < condition.Parameters.Count; i++)
        {
            statement.BindObject(i + 1, condition.Parameters[i]);
        }

        statement.Bind(condition.Parameters.Count + 1, namespaceId);
    }

    private void WriteRow(long id, VisibilityRow row, bool isNew)
    {
        var insert = isNew
            ? $"INSERT INTO runs ({RowColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"
            : "UPDATE runs SET status = ?7, execution_time = ?9, close_time = ?10, history_length = ?11, history_size = ?12, transitions = ?13, memo = ?20, search_attributes = ?21, priority = ?22 WHERE id = ?1";
        var statement = _writer.Prepare(insert)
            .Bind(1, id).Bind(7, (long)row.Status).Bind(9, row.ExecutionTime.Ticks)
            .Bind(10, row.CloseTime?.Ticks ?? VisibilityPosition.Open).Bind(11, row.HistoryLength).Bind(12, row.HistorySizeBytes).Bind(13, row.TransitionCount)
            .Bind(20, Bytes(row.Memo)).Bind(21, Bytes(row.SearchAttributes));
        if (row.Priority is not null)
        {
            statement.Bind(22, Bytes(row.Priority));
        }

        if (isNew)
        {
            statement.Bind(2, row.NamespaceId).Bind(3, row.WorkflowId).Bind(4, row.RunId).Bind(5, row.WorkflowType).Bind(6, row.TaskQueue)
                .Bind(8, row.StartTime.Ticks).Bind(14, row.ParentNamespaceId)
                .Bind(15, row.ParentWorkflowId.Length > 0 ? row.ParentWorkflowId : null).Bind(16, row.ParentRunId.Length > 0 ? row.ParentRunId : null)
                .Bind(17, row.RootWorkflowId).Bind(18, row.RootRunId).Bind(19, row.FirstRunId).Bind(23, row.StartRequestId);
        }
        else
        {
            _writer.Prepare("DELETE FROM search_attributes WHERE run = ?1").Bind(1, id).Run();
        }

        statement.Run();
        foreach (var (name, payload) in row.SearchAttributes.IndexedFields)
        {
            foreach (var value in SearchAttributeValues.Indexed(payload))
            {
                _writer.Prepare("INSERT OR IGNORE INTO search_attributes (run, name, value) VALUES (?1, ?2, ?3)")
                    .Bind(1, id).Bind(2, name).BindObject(3, value).Run();
            }
        }
    }

    private static VisibilityRow ReadRow(SqliteStatement s) => new()
    {
        NamespaceId = s.Text(1),
        WorkflowId = s.Text(2),
        RunId = s.Text(3),
        WorkflowType = s.Text(4),
        TaskQueue = s.Text(5),
        Status = (WorkflowExecutionStatus)s.Int64(6),
        StartTime = Time(s.Int64(7)),
        ExecutionTime = Time(s.Int64(8)),
        CloseTime = s.Int64(9) == VisibilityPosition.Open ? null : Time(s.Int64(9)),
        HistoryLength = s.Int64(10),
        HistorySizeBytes = s.Int64(11),
        TransitionCount = s.Int64(12),
        ParentNamespaceId = s.Text(13),
        ParentWorkflowId = s.Text(14),
        ParentRunId = s.Text(15),
        RootWorkflowId = s.Text(16),
        RootRunId = s.Text(17),
        FirstRunId = s.Text(18),
        Memo = Memo.Parser.ParseFrom(s.Blob(19)),
        SearchAttributes = SearchAttributes.Parser.ParseFrom(s.Blob(20)),
        Priority = s.IsNull(21) ? null : Priority.Parser.ParseFrom(s.Blob(21)),
    };

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);
}
