using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Filter.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Lists and counts.</summary>
internal sealed class VisibilityFrontend(NamespaceRegistry namespaces, IRunStore store)
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
            var (rows, token) = List(
                r.Namespace, Legacy("ExecutionStatus = 'Running'", "StartTime", r.StartTimeFilter, r.ExecutionFilter, r.TypeFilter), r.MaximumPageSize,
                r.NextPageToken);
            return new ListOpenWorkflowExecutionsResponse { Executions = { rows }, NextPageToken = token };
        });
        map.Add<ListClosedWorkflowExecutionsRequest, ListClosedWorkflowExecutionsResponse>("ListClosedWorkflowExecutions", r =>
        {
            var status = r.StatusFilter is { } filter ? $"ExecutionStatus = '{filter.Status}'" : "ExecutionStatus != 'Running'";
            var (rows, token) = List(
                r.Namespace, Legacy(status, "CloseTime", r.StartTimeFilter, r.ExecutionFilter, r.TypeFilter), r.MaximumPageSize, r.NextPageToken);
            return new ListClosedWorkflowExecutionsResponse { Executions = { rows }, NextPageToken = token };
        });
        map.Add<CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse>("CountWorkflowExecutions", Count);
        map.Add<ListArchivedWorkflowExecutionsRequest, ListArchivedWorkflowExecutionsResponse>("ListArchivedWorkflowExecutions", ListArchived);
    }

    private (IEnumerable<WorkflowExecutionInfo> Rows, ByteString Token) List(string ns, string query, int pageSize, ByteString token)
    {
        var entry = namespaces.Get(ns);
        var size = pageSize is > 0 and <= LargestPage ? pageSize : LargestPage;
        var condition = VisibilityQuery.Parse(query, entry.SearchAttributes, out var groupBy);
        if (groupBy.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("invalid query: operation is not supported: 'GROUP BY' clause");
        }

        var rows = store.List(entry.Id, condition, Position(token), size);
        return (rows.Select(r => VisibilityRows.ToInfo(r.Row)), rows.Count < size ? ByteString.Empty : Token(rows[^1].Position));
    }

    private CountWorkflowExecutionsResponse Count(CountWorkflowExecutionsRequest request)
    {
        var entry = namespaces.Get(request.Namespace);
        var condition = VisibilityQuery.Parse(request.Query, entry.SearchAttributes, out var groupBy);
        if (groupBy is not ("" or "ExecutionStatus"))
        {
            throw ServiceErrors.InvalidArgument("invalid query: operation is not supported: 'GROUP BY' clause is only supported for ExecutionStatus");
        }

        var counts = store.Count(entry.Id, condition, byStatus: groupBy.Length > 0);
        var response = new CountWorkflowExecutionsResponse { Count = counts.Sum(c => c.Count) };
        if (groupBy.Length > 0)
        {
            foreach (var (status, count) in counts.OrderBy(c => c.Group))
            {
                var value = PayloadJson.JsonString(((WorkflowExecutionStatus)status).ToString());
                value.Metadata["type"] = ByteString.CopyFromUtf8("Keyword");
                response.Groups.Add(new CountWorkflowExecutionsResponse.Types.AggregationGroup { GroupValues = { value }, Count = count });
            }
        }

        return response;
    }

    private ListArchivedWorkflowExecutionsResponse ListArchived(ListArchivedWorkflowExecutionsRequest request)
    {
        _ = namespaces.Get(request.Namespace);
        throw ServiceErrors.InvalidArgument("Cluster is not configured for visibility archival.");
    }

    private static string Legacy(string status, string time, StartTimeFilter? span, WorkflowExecutionFilter? execution, WorkflowTypeFilter? type)
    {
        var terms = new List<string> { status };
        if (span?.EarliestTime is { } from)
        {
            terms.Add($"{time} >= '{from.ToDateTime():O}'");
        }

        if (span?.LatestTime is { } to)
        {
            terms.Add($"{time} <= '{to.ToDateTime():O}'");
        }

        if (execution is { WorkflowId.Length: > 0 })
        {
            terms.Add($"WorkflowId = '{Quote(execution.WorkflowId)}'");
        }

        if (execution is { RunId.Length: > 0 })
        {
            terms.Add($"RunId = '{Quote(execution.RunId)}'");
        }

        if (type is { Name.Length: > 0 })
        {
            terms.Add($"WorkflowType = '{Quote(type.Name)}'");
        }

        return string.Join(" AND ", terms);
    }

    private static string Quote(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);

    private static ByteString Token(VisibilityPosition position)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(bytes, position.CloseTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], position.StartTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], position.StoreId);
        return ByteString.CopyFrom(bytes);
    }

    private static VisibilityPosition? Position(ByteString token) => token.Length switch
    {
        0 => null,
        24 => new VisibilityPosition(
            BinaryPrimitives.ReadInt64BigEndian(token.Span), BinaryPrimitives.ReadInt64BigEndian(token.Span[8..]), BinaryPrimitives.ReadInt64BigEndian(token.Span[16..])),
        _ => throw new ServiceException(Grpc.GrpcStatusCode.Unknown, "unable to deserialize page token"),
    };
}
