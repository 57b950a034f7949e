using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Visibility;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Filter.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Lists and counts.</summary>
internal sealed class VisibilityFrontend(NamespaceRegistry namespaces, NamespaceIndexes indexes, IRunStore store)
{
    private const int LargestPage = 1000;

    public void Map(ServiceMap map)
    {
        map.Add<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>("ListWorkflowExecutions", r =>
        {
            var (rows, token) = List(r.Namespace, r.Query, r.PageSize, r.NextPageToken);
            return new ListWorkflowExecutionsResponse { Executions = { rows }, NextPageToken = token };
        });
        map.Add<ScanWorkflowExecutionsRequest, ScanWorkflowExecutionsResponse>("ScanWorkflowExecutions", r =>
        {
            var (rows, token) = List(r.Namespace, r.Query, r.PageSize, r.NextPageToken);
            return new ScanWorkflowExecutionsResponse { Executions = { rows }, NextPageToken = token };
        });
        map.Add<ListOpenWorkflowExecutionsRequest, ListOpenWorkflowExecutionsResponse>("ListOpenWorkflowExecutions", r =>
        {
            var query = Legacy("ExecutionStatus = 'Running'", "StartTime", r.StartTimeFilter, r.ExecutionFilter, r.TypeFilter);
            var (rows, token) = List(r.Namespace, query, r.MaximumPageSize, r.NextPageToken);
            return new ListOpenWorkflowExecutionsResponse { Executions = { rows }, NextPageToken = token };
        });
        map.Add<ListClosedWorkflowExecutionsRequest, ListClosedWorkflowExecutionsResponse>("ListClosedWorkflowExecutions", r =>
        {
            var query = Legacy(Closed(r.StatusFilter), "CloseTime", r.StartTimeFilter, r.ExecutionFilter, r.TypeFilter);
            var (rows, token) = List(r.Namespace, query, r.MaximumPageSize, r.NextPageToken);
            return new ListClosedWorkflowExecutionsResponse { Executions = { rows }, NextPageToken = token };
        });
        map.Add<CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse>("CountWorkflowExecutions", Count);
        map.Add<ListArchivedWorkflowExecutionsRequest, ListArchivedWorkflowExecutionsResponse>("ListArchivedWorkflowExecutions", ListArchived);
    }

    /// <summary>Text as a literal of the query language.</summary>
    public static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private (IEnumerable<WorkflowExecutionInfo> Rows, ByteString Token) List(string ns, string query, int pageSize, ByteString token)
    {
        var entry = namespaces.Get(ns);
        var page = Checked(() => indexes.Of(entry.Id).List(
            BoundQuery.Parse(query, entry.SearchAttributes), pageSize is > 0 and <= LargestPage ? pageSize : LargestPage, token.Span));
        var stored = store.ReadRows(page.Runs.Select(r => r.Tag).OfType<long>());
        return (
            page.Runs.Select(r => VisibilityRows.ToInfo(r, r.Tag is long id ? stored.GetValueOrDefault(id) : null, entry.SearchAttributes)),
            ByteString.CopyFrom(page.NextPageToken));
    }

    private CountWorkflowExecutionsResponse Count(CountWorkflowExecutionsRequest request)
    {
        var entry = namespaces.Get(request.Namespace);
        var count = Checked(() => indexes.Of(entry.Id).Count(BoundQuery.Parse(request.Query, entry.SearchAttributes)));
        return new CountWorkflowExecutionsResponse
        {
            Count = count.Count,
            Groups =
            {
                count.Groups.Select(group =>
                {
                    var value = PayloadJson.JsonString(group.Key.ToString());
                    value.Metadata["type"] = ByteString.CopyFromUtf8(nameof(IndexedValueType.Keyword));
                    return new CountWorkflowExecutionsResponse.Types.AggregationGroup { GroupValues = { value }, Count = group.Value };
                }),
            },
        };
    }

    private ListArchivedWorkflowExecutionsResponse ListArchived(ListArchivedWorkflowExecutionsRequest request)
    {
        _ = namespaces.Get(request.Namespace);
        throw ServiceErrors.InvalidArgument("Cluster is not configured for visibility archival.");
    }

    private static T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (VisibilityQueryException e)
        {
            throw ServiceErrors.InvalidArgument(e.Message);
        }
    }

    private static string Closed(StatusFilter? filter) => filter switch
    {
        null => "ExecutionStatus != 'Running'",
        { Status: WorkflowExecutionStatus.Unspecified or WorkflowExecutionStatus.Running } =>
            throw ServiceErrors.InvalidArgument("StatusFilter must be specified and must be not Running."),
        _ => $"ExecutionStatus = '{filter.Status}'",
    };

    /// <summary>The filters of the old lists as a query. A run id is not looked at, and an empty name is the name of nothing.</summary>
    private static string Legacy(string status, string time, StartTimeFilter? span, WorkflowExecutionFilter? execution, WorkflowTypeFilter? type)
    {
        if (span is { EarliestTime: { } earliest, LatestTime: { } latest } && earliest.CompareTo(latest) > 0)
        {
            throw ServiceErrors.InvalidArgument("EarliestTime in StartTimeFilter should not be larger than LatestTime.");
        }

        var terms = new List<string> { status };
        if (span?.EarliestTime is { } from)
        {
            terms.Add($"{time} >= '{Time(from)}'");
        }

        if (span?.LatestTime is { } to)
        {
            terms.Add($"{time} <= '{Time(to)}'");
        }

        if (execution is not null)
        {
            terms.Add($"WorkflowId = {Quote(execution.WorkflowId)}");
        }

        if (type is not null)
        {
            terms.Add($"WorkflowType = {Quote(type.Name)}");
        }

        return string.Join(" AND ", terms);
    }

    /// <summary>Times beyond what a date can be stand for its ends.</summary>
    private static NanoTime Time(Timestamp time)
    {
        var least = DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks;
        var most = DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks;
        var seconds = Math.Clamp(time.Seconds, least / TimeSpan.TicksPerSecond, most / TimeSpan.TicksPerSecond);
        return new NanoTime(DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (Math.Clamp(time.Nanos, 0, 999_999_999) / 100));
    }
}
