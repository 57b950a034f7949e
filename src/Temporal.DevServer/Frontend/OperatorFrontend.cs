using Temporal.DevServer.History;
using Temporal.Grpc;
using Temporalio.Api.OperatorService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The operator's calls for namespaces and clusters.</summary>
internal sealed class OperatorFrontend(NamespaceRegistry namespaces, HistoryEngine engine, string clusterId, Func<string> address)
{
    /// <summary>Exists on every server; clients leave it out of their lists.</summary>
    public const string SystemNamespace = "temporal-system";

    public void Map(ServiceMap map)
    {
        map.Add<DeleteNamespaceRequest, DeleteNamespaceResponse>("DeleteNamespace", DeleteNamespaceAsync);
        map.Add<ListClustersRequest, ListClustersResponse>("ListClusters", _ => new ListClustersResponse
        {
            Clusters =
            {
                new ClusterMetadata
                {
                    ClusterName = SystemFrontend.Cluster,
                    ClusterId = clusterId,
                    Address = address(),
                    HttpAddress = address(),
                    InitialFailoverVersion = 1,
                    HistoryShardCount = 1,
                    IsConnectionEnabled = true,
                },
            },
        });
        map.Add<AddOrUpdateRemoteClusterRequest, AddOrUpdateRemoteClusterResponse>(
            "AddOrUpdateRemoteCluster",
            new Func<AddOrUpdateRemoteClusterRequest, AddOrUpdateRemoteClusterResponse>(r => throw (r.FrontendAddress.Length == 0
                ? ServiceErrors.Unavailable("Unable connect to remote cluster  with error: dns resolver: missing address.")
                : ServiceErrors.Unimplemented("AddOrUpdateRemoteCluster: this server does not replicate to other clusters"))));
        map.Refuse("RemoveRemoteCluster", () => ServiceErrors.NotFound("there are no remote clusters"));
    }

    private async ValueTask<DeleteNamespaceResponse> DeleteNamespaceAsync(DeleteNamespaceRequest request)
    {
        if (request.Namespace.Length > 0 && request.NamespaceId.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("Only one of namespace name or Id should be set on request.");
        }

        var ns = request.NamespaceId.Length > 0 ? namespaces.GetById(request.NamespaceId)
            : request.Namespace.Length > 0 ? namespaces.Get(request.Namespace)
            : throw ServiceErrors.InvalidArgument("Namespace not set on request.");
        if (ns.Name == SystemNamespace)
        {
            throw ServiceErrors.FailedPrecondition("unable to delete system namespace");
        }

        var retired = await namespaces.RetireAsync(ns.Name).ConfigureAwait(false);
        engine.DeleteNamespace(retired);
        return new DeleteNamespaceResponse { DeletedNamespace = retired.Name };
    }
}
