using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Queues as operators see them.</summary>
internal sealed class TaskQueueFrontend(NamespaceRegistry namespaces, TaskQueues queues, RequestChecks checks, Func<string> address)
{
    private const float DefaultRate = 4000;

    /// <summary>A real server spreads a queue over so many parts; ours is one, but tools expect to see them.</summary>
    private const int Partitions = 4;

    private const string Unversioned = "__unversioned__";

    /// <summary>The first second of year 1: how a real server says that there is no such time.</summary>
    private static readonly Timestamp NoTime = new() { Seconds = -62135596800 };

    public void Map(ServiceMap map)
    {
        map.Add<DescribeTaskQueueRequest, DescribeTaskQueueResponse>("DescribeTaskQueue", Describe);
        map.Add<ListTaskQueuePartitionsRequest, ListTaskQueuePartitionsResponse>("ListTaskQueuePartitions", ListPartitions);
    }

    private DescribeTaskQueueResponse Describe(DescribeTaskQueueRequest request)
    {
        var ns = namespaces.Get(request.Namespace);
        checks.TaskQueue(request.TaskQueue, partitions: true);
        if (request.ApiMode == DescribeTaskQueueMode.Enhanced)
        {
            return Enhanced(ns, request);
        }

        var type = request.TaskQueueType == TaskQueueType.Unspecified ? TaskQueueType.Workflow : request.TaskQueueType;
        var stats = Stats(ns, request.TaskQueue, type);
        var config = ns.QueueConfig(type, request.TaskQueue.Name);
        var response = new DescribeTaskQueueResponse
        {
            Pollers = { Pollers(stats) },
            VersioningInfo = new TaskQueueVersioningInfo { CurrentVersion = Unversioned, UpdateTime = NoTime },
            EffectiveRateLimit = RateLimit(config, stats),
            Config = request.ReportConfig ? config : null,
        };
        if (request.ReportStats)
        {
            response.Stats = Wire(stats, null);
            foreach (var priority in stats.Backlog.Keys.Append(TaskBacklog.DefaultPriority).Distinct())
            {
                response.StatsByPriorityKey[priority] = Wire(stats, priority);
            }
        }

        if (request.IncludeTaskQueueStatus)
        {
            response.TaskQueueStatus = new TaskQueueStatus
            {
                BacklogCountHint = stats.Backlog.Values.Sum(b => b.Count),
                RatePerSecond = DefaultRate,
                TaskIdBlock = new TaskIdBlock { StartId = 1, EndId = 100_000 },
            };
        }

        return response;
    }

    private DescribeTaskQueueResponse Enhanced(NamespaceEntry ns, DescribeTaskQueueRequest request)
    {
        var version = new TaskQueueVersionInfo
        {
            TaskReachability = request.ReportTaskReachability ? BuildIdTaskReachability.Reachable : BuildIdTaskReachability.Unspecified,
        };
        var asked = request.TaskQueueTypes.Count > 0 ? request.TaskQueueTypes.ToArray() : [TaskQueueType.Workflow, TaskQueueType.Activity];
        foreach (var type in asked)
        {
            var stats = Stats(ns, request.TaskQueue, type);
            version.TypesInfo[(int)type] = new TaskQueueTypeInfo
            {
                Pollers = { request.ReportPollers ? Pollers(stats) : [] },
                Stats = Wire(stats, null),
            };
        }

        return new DescribeTaskQueueResponse { VersionsInfo = { [""] = version } };
    }

    private ListTaskQueuePartitionsResponse ListPartitions(ListTaskQueuePartitionsRequest request)
    {
        namespaces.Get(request.Namespace);
        checks.TaskQueue(request.TaskQueue);
        var keys = Enumerable.Range(0, Partitions).Select(i => new TaskQueuePartitionMetadata
        {
            Key = i == 0 ? request.TaskQueue.Name : $"/_sys/{request.TaskQueue.Name}/{i}",
            OwnerHostName = address(),
        }).ToList();
        return new ListTaskQueuePartitionsResponse { ActivityTaskQueuePartitions = { keys }, WorkflowTaskQueuePartitions = { keys } };
    }

    private QueueStats Stats(NamespaceEntry ns, TaskQueue queue, TaskQueueType type) =>
        queues.Get(new QueueKey(ns.Id, queue.Name, type, queue.Kind == TaskQueueKind.Sticky)).Describe();

    /// <summary>The operator's limit, the one that workers asked for, or the server's own.</summary>
    private static DescribeTaskQueueResponse.Types.EffectiveRateLimit RateLimit(TaskQueueConfig? config, QueueStats stats)
    {
        var (rate, source) = config?.QueueRateLimit?.RateLimit is { } limit ? (limit.RequestsPerSecond, RateLimitSource.Api)
            : stats.WorkerRate is { } asked && asked < DefaultRate ? ((float)asked, RateLimitSource.Worker)
            : (DefaultRate, RateLimitSource.System);
        return new() { RequestsPerSecond = rate, RateLimitSource = source };
    }

    /// <summary>The figures of one priority, or of all; rates are kept for the queue as a whole and shown with the default priority.</summary>
    private static TaskQueueStats Wire(QueueStats stats, int? priority)
    {
        var backlog = stats.Backlog.Where(b => priority is null || b.Key == priority).Select(b => b.Value).ToList();
        var age = backlog.Count == 0 ? TimeSpan.Zero : stats.Now - backlog.Min(b => b.Oldest);
        var rates = priority is null or TaskBacklog.DefaultPriority;
        return new TaskQueueStats
        {
            ApproximateBacklogCount = backlog.Sum(b => b.Count),
            ApproximateBacklogAge = Durations.Wire(age < TimeSpan.Zero ? TimeSpan.Zero : age),
            TasksAddRate = rates ? stats.AddRate : 0,
            TasksDispatchRate = rates ? stats.DispatchRate : 0,
            RateLimitingActive = stats.RateLimited,
        };
    }

    private static IEnumerable<PollerInfo> Pollers(QueueStats stats) => stats.Pollers.Select(p => new PollerInfo
    {
        LastAccessTime = Durations.Wire(p.LastAccess),
        Identity = p.Poller.Identity,
        RatePerSecond = p.Poller.TasksPerSecond ?? 100_000,
        WorkerVersionCapabilities = p.Poller.Capabilities,
        DeploymentOptions = p.Poller.Deployment,
    });
}
