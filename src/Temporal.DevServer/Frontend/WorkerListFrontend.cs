using Google.Protobuf;
using Temporal.DevServer.Matching;
using Temporalio.Api.Worker.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Workers that report themselves: heartbeats, lists, counts.</summary>
internal sealed class WorkerListFrontend(NamespaceRegistry namespaces, WorkerRegistry workers)
{
    public void Map(ServiceMap map)
    {
        map.Add<RecordWorkerHeartbeatRequest, RecordWorkerHeartbeatResponse>("RecordWorkerHeartbeat", r =>
        {
            workers.Record(namespaces.Get(r.Namespace).Id, r.WorkerHeartbeat);
            return new RecordWorkerHeartbeatResponse();
        });
        map.Add<CountWorkersRequest, CountWorkersResponse>("CountWorkers", r =>
            new CountWorkersResponse { Count = Select(r.Namespace, r.Query).Count() });
        map.Add<DescribeWorkerRequest, DescribeWorkerResponse>("DescribeWorker", r => new DescribeWorkerResponse
        {
            WorkerInfo = new WorkerInfo
            {
                WorkerHeartbeat = Select(r.Namespace, "").FirstOrDefault(w => w.WorkerInstanceKey == r.WorkerInstanceKey)
                    ?? throw ServiceErrors.NotFound($"Worker {r.WorkerInstanceKey} not found"),
            },
        });
        map.Add<ListWorkersRequest, ListWorkersResponse>("ListWorkers", List);
    }

    private ListWorkersResponse List(ListWorkersRequest request)
    {
        var after = request.NextPageToken.ToStringUtf8();
        var found = Select(request.Namespace, request.Query).Where(w => string.CompareOrdinal(w.WorkerInstanceKey, after) > 0).ToList();
        var size = request.PageSize > 0 ? request.PageSize : found.Count;
        var page = found.Take(size).ToList();
        return new ListWorkersResponse
        {
            WorkersInfo = { page.Select(w => new WorkerInfo { WorkerHeartbeat = w }) },
            Workers =
            {
                page.Select(w => new WorkerListInfo
                {
                    WorkerInstanceKey = w.WorkerInstanceKey,
                    WorkerIdentity = w.WorkerIdentity,
                    TaskQueue = w.TaskQueue,
                    DeploymentVersion = w.DeploymentVersion,
                    SdkName = w.SdkName,
                    SdkVersion = w.SdkVersion,
                    Status = w.Status,
                    StartTime = w.StartTime,
                    HostName = w.HostInfo?.HostName ?? "",
                    WorkerGroupingKey = w.HostInfo?.WorkerGroupingKey ?? "",
                    ProcessId = w.HostInfo?.ProcessId ?? "",
                    Plugins = { w.Plugins },
                    Drivers = { w.Drivers },
                }),
            },
            NextPageToken = found.Count > page.Count ? ByteString.CopyFromUtf8(page[^1].WorkerInstanceKey) : ByteString.Empty,
        };
    }

    private IEnumerable<WorkerHeartbeat> Select(string ns, string query)
    {
        var listed = workers.List(namespaces.Get(ns).Id);
        return listed.Where(WorkerQuery.Parse(query));
    }
}
