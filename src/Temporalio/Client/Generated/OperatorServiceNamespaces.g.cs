// Generated from the request messages of operatorservice.
#nullable enable
using Google.Protobuf;
using Temporalio.Api.OperatorService.V1;

namespace Temporalio.Client;

/// <summary>Reads the namespace of a request without loading the descriptors of the API, which costs half a second.</summary>
internal static class OperatorServiceNamespaces
{
    /// <summary>The namespace of a request, or null for requests without one.</summary>
    internal static string? Of(string rpc, IMessage request) => rpc switch
    {
        "AddSearchAttributes" => (request as AddSearchAttributesRequest)?.Namespace,
        "DeleteNamespace" => (request as DeleteNamespaceRequest)?.Namespace,
        "ListSearchAttributes" => (request as ListSearchAttributesRequest)?.Namespace,
        "RemoveSearchAttributes" => (request as RemoveSearchAttributesRequest)?.Namespace,
        _ => null,
    };
}
