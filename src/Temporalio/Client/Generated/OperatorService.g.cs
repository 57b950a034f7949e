// Generated from the service definition of operatorservice; one method per remote procedure.
#nullable enable
using Temporalio.Api.OperatorService.V1;

namespace Temporalio.Client;

public abstract partial class OperatorService
{
    /// <summary>Calls <c>AddOrUpdateRemoteCluster</c>.</summary>
    public Task<AddOrUpdateRemoteClusterResponse> AddOrUpdateRemoteClusterAsync(AddOrUpdateRemoteClusterRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("AddOrUpdateRemoteCluster", req, AddOrUpdateRemoteClusterResponse.Parser, options);

    /// <summary>Calls <c>AddSearchAttributes</c>.</summary>
    public Task<AddSearchAttributesResponse> AddSearchAttributesAsync(AddSearchAttributesRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("AddSearchAttributes", req, AddSearchAttributesResponse.Parser, options);

    /// <summary>Calls <c>CreateNexusEndpoint</c>.</summary>
    public Task<CreateNexusEndpointResponse> CreateNexusEndpointAsync(CreateNexusEndpointRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("CreateNexusEndpoint", req, CreateNexusEndpointResponse.Parser, options);

    /// <summary>Calls <c>DeleteNamespace</c>.</summary>
    public Task<DeleteNamespaceResponse> DeleteNamespaceAsync(DeleteNamespaceRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("DeleteNamespace", req, DeleteNamespaceResponse.Parser, options);

    /// <summary>Calls <c>DeleteNexusEndpoint</c>.</summary>
    public Task<DeleteNexusEndpointResponse> DeleteNexusEndpointAsync(DeleteNexusEndpointRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("DeleteNexusEndpoint", req, DeleteNexusEndpointResponse.Parser, options);

    /// <summary>Calls <c>GetNexusEndpoint</c>.</summary>
    public Task<GetNexusEndpointResponse> GetNexusEndpointAsync(GetNexusEndpointRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("GetNexusEndpoint", req, GetNexusEndpointResponse.Parser, options);

    /// <summary>Calls <c>ListClusters</c>.</summary>
    public Task<ListClustersResponse> ListClustersAsync(ListClustersRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("ListClusters", req, ListClustersResponse.Parser, options);

    /// <summary>Calls <c>ListNexusEndpoints</c>.</summary>
    public Task<ListNexusEndpointsResponse> ListNexusEndpointsAsync(ListNexusEndpointsRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("ListNexusEndpoints", req, ListNexusEndpointsResponse.Parser, options);

    /// <summary>Calls <c>ListSearchAttributes</c>.</summary>
    public Task<ListSearchAttributesResponse> ListSearchAttributesAsync(ListSearchAttributesRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("ListSearchAttributes", req, ListSearchAttributesResponse.Parser, options);

    /// <summary>Calls <c>RemoveRemoteCluster</c>.</summary>
    public Task<RemoveRemoteClusterResponse> RemoveRemoteClusterAsync(RemoveRemoteClusterRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("RemoveRemoteCluster", req, RemoveRemoteClusterResponse.Parser, options);

    /// <summary>Calls <c>RemoveSearchAttributes</c>.</summary>
    public Task<RemoveSearchAttributesResponse> RemoveSearchAttributesAsync(RemoveSearchAttributesRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("RemoveSearchAttributes", req, RemoveSearchAttributesResponse.Parser, options);

    /// <summary>Calls <c>UpdateNexusEndpoint</c>.</summary>
    public Task<UpdateNexusEndpointResponse> UpdateNexusEndpointAsync(UpdateNexusEndpointRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("UpdateNexusEndpoint", req, UpdateNexusEndpointResponse.Parser, options);
}
