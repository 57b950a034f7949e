using Google.Protobuf;
using Temporal.DevServer.History;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Namespace.V1;
using Temporalio.Api.Replication.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Namespaces: register, describe, list, update, deprecate.</summary>
internal sealed class NamespaceFrontend(NamespaceRegistry namespaces, ServerLimits limits)
{
    private static readonly TimeSpan ShortestRetention = TimeSpan.FromHours(1);

    public void Map(ServiceMap map)
    {
        map.Add<DescribeNamespaceRequest, DescribeNamespaceResponse>("DescribeNamespace", r => ToResponse(Find(r.Namespace, r.Id)));
        map.Add<ListNamespacesRequest, ListNamespacesResponse>("ListNamespaces", List);
        map.Add<RegisterNamespaceRequest, RegisterNamespaceResponse>("RegisterNamespace", RegisterAsync);
        map.Add<UpdateNamespaceRequest, UpdateNamespaceResponse>("UpdateNamespace", UpdateAsync);
        map.Add<DeprecateNamespaceRequest, DeprecateNamespaceResponse>("DeprecateNamespace", async r =>
        {
            await namespaces.UpdateAsync(Find(r.Namespace, "").Name, n => n.Info.State = NamespaceState.Deprecated).ConfigureAwait(false);
            return new DeprecateNamespaceResponse();
        });
    }

    private NamespaceEntry Find(string name, string id)
    {
        if (name.Length > 0 && id.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("GetNamespace operation failed.  Both ID and Name specified in request.");
        }

        return id.Length > 0 ? namespaces.GetById(id)
            : name.Length > 0 ? namespaces.Get(name)
            : throw ServiceErrors.InvalidArgument("Namespace not set on request.");
    }

    private static DescribeNamespaceResponse ToResponse(NamespaceEntry entry)
    {
        var response = new DescribeNamespaceResponse
        {
            NamespaceInfo = entry.Record.Info,
            Config = entry.Record.Config.Clone(),
            ReplicationConfig = new NamespaceReplicationConfig
            {
                ActiveClusterName = SystemFrontend.Cluster,
                Clusters = { new ClusterReplicationConfig { ClusterName = SystemFrontend.Cluster } },
                State = ReplicationState.Normal,
            },
        };
        foreach (var (column, name) in entry.SearchAttributes.CustomByColumn)
        {
            response.Config.CustomSearchAttributeAliases[column] = name;
        }

        return response;
    }

    private ListNamespacesResponse List(ListNamespacesRequest request)
    {
        var from = request.NextPageToken.IsEmpty ? "" : request.NextPageToken.ToStringUtf8();
        var size = request.PageSize > 0 ? request.PageSize : 100;
        var page = namespaces.All
            .Where(e => string.CompareOrdinal(e.Name, from) > 0)
            .Where(e => e.Record.Info.State != NamespaceState.Deleted || request.NamespaceFilter?.IncludeDeleted == true)
            .Take(size + 1).ToList();
        return new ListNamespacesResponse
        {
            Namespaces = { page.Take(size).Select(ToResponse) },
            NextPageToken = page.Count > size ? ByteString.CopyFromUtf8(page[size - 1].Name) : ByteString.Empty,
        };
    }

    private async ValueTask<RegisterNamespaceResponse> RegisterAsync(RegisterNamespaceRequest request)
    {
        if (request.Namespace.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("Namespace not set on request.");
        }

        if (CommandValidation.Bytes(request.Namespace) > limits.IdLength)
        {
            throw ServiceErrors.InvalidArgument("Namespace length exceeds limit.");
        }

        if (request.IsGlobalNamespace)
        {
            throw ServiceErrors.InvalidArgument("Cannot register global namespace when not enabled");
        }

        if (request.ActiveClusterName is not ("" or SystemFrontend.Cluster))
        {
            throw ServiceErrors.InvalidArgument($"Invalid cluster name: {request.ActiveClusterName}");
        }

        var retention = CheckRetention(request.WorkflowExecutionRetentionPeriod);
        var info = new NamespaceInfo { Description = request.Description, OwnerEmail = request.OwnerEmail, Data = { request.Data } };
        await namespaces.RegisterAsync(request.Namespace, info, retention).ConfigureAwait(false);
        return new RegisterNamespaceResponse();
    }

    private async ValueTask<UpdateNamespaceResponse> UpdateAsync(UpdateNamespaceRequest request)
    {
        var ns = Find(request.Namespace, "");
        var retention = request.Config?.WorkflowExecutionRetentionTtl is { } ttl ? CheckRetention(ttl) : (TimeSpan?)null;
        await namespaces.UpdateAsync(ns.Name, record =>
        {
            if (request.UpdateInfo is { } change)
            {
                record.Info.Description = change.Description.Length > 0 ? change.Description : record.Info.Description;
                record.Info.OwnerEmail = change.OwnerEmail.Length > 0 ? change.OwnerEmail : record.Info.OwnerEmail;
                foreach (var (key, value) in change.Data)
                {
                    record.Info.Data[key] = value;
                }
            }

            if (retention is { } time)
            {
                record.Config.WorkflowExecutionRetentionTtl = Durations.Wire(time);
            }
        }).ConfigureAwait(false);
        var updated = ToResponse(namespaces.Get(ns.Name));
        return new UpdateNamespaceResponse { NamespaceInfo = updated.NamespaceInfo, Config = updated.Config, ReplicationConfig = updated.ReplicationConfig };
    }

    private static TimeSpan CheckRetention(Google.Protobuf.WellKnownTypes.Duration? retention) =>
        Durations.Of(retention) is var time && time >= ShortestRetention
            ? time
            : throw ServiceErrors.InvalidArgument("A valid retention period is not set on request.");
}
