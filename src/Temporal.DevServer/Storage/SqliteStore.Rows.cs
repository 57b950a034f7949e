using Google.Protobuf;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Storage;

/// <content>What lists show of runs.</content>
internal sealed partial class SqliteStore
{
    private const string RowColumns =
        "id, namespace_id, workflow_id, run_id, workflow_type, task_queue, status, start_time, execution_time, close_time, history_length, history_size, " +
        "transitions, parent_namespace_id, parent_workflow_id, parent_run_id, root_workflow_id, root_run_id, first_run_id, memo, search_attributes, priority, start_request_id";

    /// <summary>Stands in the column of the close for a run that is open.</summary>
    private const long Open = long.MaxValue;

    public void ReadRows(Action<long, VisibilityRow> take)
    {
        lock (_readerGate)
        {
            var statement = _reader.Prepare($"SELECT {RowColumns} FROM runs");
            while (statement.Step())
            {
                take(statement.Int64(0), ReadRow(statement));
            }

            statement.Reset();
        }
    }

    public IReadOnlyDictionary<long, VisibilityRow> ReadRows(IEnumerable<long> storeIds)
    {
        lock (_readerGate)
        {
            var rows = new Dictionary<long, VisibilityRow>();
            foreach (var id in storeIds)
            {
                var statement = _reader.Prepare($"SELECT {RowColumns} FROM runs WHERE id = ?1").Bind(1, id);
                if (statement.Step())
                {
                    rows[id] = ReadRow(statement);
                }

                statement.Reset();
            }

            return rows;
        }
    }

    private void WriteRow(long id, VisibilityRow row, bool isNew)
    {
        var insert = isNew
            ? $"INSERT INTO runs ({RowColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"
            : "UPDATE runs SET status = ?7, execution_time = ?9, close_time = ?10, history_length = ?11, history_size = ?12, transitions = ?13, memo = ?20, search_attributes = ?21, priority = ?22 WHERE id = ?1";
        var statement = _writer.Prepare(insert)
            .Bind(1, id).Bind(7, (long)row.Status).Bind(9, row.ExecutionTime.Ticks)
            .Bind(10, row.CloseTime?.Ticks ?? Open).Bind(11, row.HistoryLength).Bind(12, row.HistorySizeBytes).Bind(13, row.TransitionCount)
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

        statement.Run();
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
        CloseTime = s.Int64(9) == Open ? null : Time(s.Int64(9)),
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
