using Grpc.Health.V1;
using Temporal.Grpc;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The server itself: what it can do, and its health.</summary>
internal sealed class SystemFrontend(string clusterId)
{
    /// <summary>The version of the real server whose behaviour this one follows.</summary>
    public const string Version = "1.32.0";

    /// <summary>The name of the one cluster that there is.</summary>
    public const string Cluster = "active";

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
            SupportedClients = { ClientVersions.Supported },
            ServerVersion = Version,
            ClusterId = clusterId,
            ClusterName = Cluster,
            HistoryShardCount = 1,
            PersistenceStore = "sqlite",
            VisibilityStore = "sqlite",
            InitialFailoverVersion = 1,
            FailoverVersionIncrement = 10,
        });
    }

    public static void MapHealth(ServiceMap map)
    {
        map.Add<HealthCheckRequest, HealthCheckResponse>("Check", r => r.Service is "" or
            "temporal.api.workflowservice.v1.WorkflowService" or "temporal.api.operatorservice.v1.OperatorService" or
            "temporal.api.adminservice.v1.AdminService"
            ? new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving }
            : throw new ServiceException(GrpcStatusCode.NotFound, "unknown service"));
    }
}
