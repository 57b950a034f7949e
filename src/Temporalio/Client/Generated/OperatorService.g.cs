// Generated from the service definition of operatorservice; one method per remote procedure.
#nullable enable
using Temporalio.Api.OperatorService.V1;

namespace Temporalio.Client;

public abstract partial class OperatorService
{
    /// <summary>Calls <c>AddSearchAttributes</c>.</summary>
    public Task<AddSearchAttributesResponse> AddSearchAttributesAsync(AddSearchAttributesRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("AddSearchAttributes", req, AddSearchAttributesResponse.Parser, options);

    /// <summary>Calls <c>DeleteNamespace</c>.</summary>
    public Task<DeleteNamespaceResponse> DeleteNamespaceAsync(DeleteNamespaceRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("DeleteNamespace", req, DeleteNamespaceResponse.Parser, options);

    /// <summary>Calls <c>ListSearchAttributes</c>.</summary>
    public Task<ListSearchAttributesResponse> ListSearchAttributesAsync(ListSearchAttributesRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("ListSearchAttributes", req, ListSearchAttributesResponse.Parser, options);

    /// <summary>Calls <c>RemoveSearchAttributes</c>.</summary>
    public Task<RemoveSearchAttributesResponse> RemoveSearchAttributesAsync(RemoveSearchAttributesRequest req, RpcOptions? options = null) =>
        InvokeRpcAsync("RemoveSearchAttributes", req, RemoveSearchAttributesResponse.Parser, options);
}
