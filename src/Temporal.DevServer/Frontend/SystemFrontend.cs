using Google.Protobuf.WellKnownTypes;
using Grpc.Health.V1;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The server itself: what it can do, its health, its queues.</summary>
internal sealed class SystemFrontend(NamespaceRegistry namespaces, TaskQueues queues, RequestChecks checks, string clusterId)
{
    /// <summary>The version of the real server whose behaviour this one follows.</summary>
    public const string Version = "1.32.0";

    public void Map(ServiceMap map)
    {
        map.Add<GetSystemInfoRequest, GetSystemInfoResponse>("GetSystemInfo", _ => new GetSystemInfoResponse
        {
            ServerVersion = Version,
            Capabilities = new GetSystemInfoResponse.Types.Capabilities
            {
                SignalAndQueryHeader = true,
                InternalErrorDifferentiation = true,
                ActivityFailureIncludeHeartbeat = true,
                SupportsSchedules = true,
                EncodedFailureAttributes = true,
                BuildIdBasedVersioning = true,
                UpsertMemo = true,
                EagerWorkflowStart = true,
                SdkMetadata = true,
                CountGroupByExecutionStatus = true,
            },
        });
        map.Add<GetClusterInfoRequest, GetClusterInfoResponse>("GetClusterInfo", _ => new GetClusterInfoResponse
        {
            SupportedClients =
            {
                ["temporal-go"] = "<2.0.0", ["temporal-java"] = "<2.0.0", ["temporal-php"] = "<2.0.0", ["temporal-typescript"] = "<2.0.0",
                ["temporal-cli"] = "<2.0.0", ["temporal-server"] = "<2.0.0", ["temporal-ui"] = "<3.0.0", ["Nexus-go-sdk"] = "<2.0.0",
            },
            ServerVersion = Version,
            ClusterId = clusterId,
            ClusterName = "active",
            HistoryShardCount = 1,
            PersistenceStore = "sqlite",
            VisibilityStore = "sqlite",
            InitialFailoverVersion = 1,
            FailoverVersionIncrement = 10,
        });
        map.Add<DescribeTaskQueueRequest, DescribeTaskQueueResponse>("DescribeTaskQueue", DescribeTaskQueue);
    }

    public static void MapHealth(ServiceMap map)
    {
        map.Add<HealthCheckRequest, HealthCheckResponse>("Check", r => r.Service is "" or
            "temporal.api.workflowservice.v1.WorkflowService" or "temporal.api.operatorservice.v1.OperatorService" or
            "temporal.api.adminservice.v1.AdminService"
            ? new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving }
            : throw new ServiceException(GrpcStatusCode.NotFound, "unknown service"));
    }

    private DescribeTaskQueueResponse DescribeTaskQueue(DescribeTaskQueueRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        checks.TaskQueue(request.TaskQueue);
        if (request.ApiMode == DescribeTaskQueueMode.Enhanced)
        {
            return Enhanced(ns.Id, request);
        }

        var (pollers, stats) = Describe(ns.Id, request.TaskQueue, request.TaskQueueType);
        var response = new DescribeTaskQueueResponse
        {
            Pollers = { pollers },
            EffectiveRateLimit = RateLimit(pollers),
        };
        if (request.ReportStats)
        {
            response.Stats = stats;
            response.StatsByPriorityKey[3] = stats;
        }

        if (request.IncludeTaskQueueStatus)
        {
            response.TaskQueueStatus = new TaskQueueStatus { BacklogCountHint = stats.ApproximateBacklogCount, RatePerSecond = DefaultRate, TaskIdBlock = new TaskIdBlock { StartId = 1, EndId = 100_000 } };
        }

        return response;
    }

    private DescribeTaskQueueResponse Enhanced(string namespaceId, DescribeTaskQueueRequest request)
    {
        var version = new TaskQueueVersionInfo { TaskReachability = BuildIdTaskReachability.Unspecified };
        var asked = request.TaskQueueTypes.Count > 0 ? request.TaskQueueTypes.ToArray() : [TaskQueueType.Workflow, TaskQueueType.Activity];
        foreach (var type in asked)
        {
            var (pollers, stats) = Describe(namespaceId, request.TaskQueue, type);
            var typeInfo = new TaskQueueTypeInfo();
            if (request.ReportPollers)
            {
                typeInfo.Pollers.AddRange(pollers);
            }

            if (request.ReportStats)
            {
                typeInfo.Stats = stats;
            }

            version.TypesInfo[(int)type] = typeInfo;
        }

        return new DescribeTaskQueueResponse { VersionsInfo = { [""] = version } };
    }

    private const float DefaultRate = 4000;

    /// <summary>The slowest rate that a worker asked for, or the server's own.</summary>
    private static DescribeTaskQueueResponse.Types.EffectiveRateLimit RateLimit(IReadOnlyList<PollerInfo> pollers)
    {
        var asked = pollers.Where(p => p.RatePerSecond < 100_000).Select(p => p.RatePerSecond).DefaultIfEmpty(DefaultRate).Min();
        return new()
        {
            RequestsPerSecond = (float)asked,
            RateLimitSource = asked < DefaultRate ? RateLimitSource.Worker : RateLimitSource.System,
        };
    }

    private (IReadOnlyList<PollerInfo> Pollers, TaskQueueStats Stats) Describe(string namespaceId, TaskQueue queue, TaskQueueType type)
    {
        if (type == TaskQueueType.Nexus)
        {
            return ([], new TaskQueueStats { ApproximateBacklogAge = new Duration() });
        }

        var key = new QueueKey(namespaceId, queue.Name, type == TaskQueueType.Activity, queue.Kind == TaskQueueKind.Sticky);
        var (pollers, backlog, age) = queues.Get(key).Describe();
        return ([.. pollers.Select(p => new PollerInfo
        {
            LastAccessTime = Durations.Wire(p.LastAccess),
            Identity = p.Poller.Identity,
            RatePerSecond = p.Poller.TasksPerSecond ?? 100_000,
            WorkerVersionCapabilities = p.Poller.Capabilities,
            DeploymentOptions = p.Poller.Deployment,
        })], new TaskQueueStats { ApproximateBacklogCount = backlog, ApproximateBacklogAge = Durations.Wire(age) });
    }
}
