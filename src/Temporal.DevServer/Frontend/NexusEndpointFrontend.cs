using System.Text.RegularExpressions;
using Google.Protobuf;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage.Records;
using Temporal.Grpc;
using Temporalio.Api.Nexus.V1;
using Temporalio.Api.OperatorService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The register of Nexus endpoints, kept with the system's namespace. Operations on them are not served.</summary>
internal sealed partial class NexusEndpointFrontend(NamespaceRegistry namespaces, RequestChecks checks, TimeProvider time)
{
    private const int LongestName = 200;
    private const int LongestUrl = 4 * 1024;
    private const int LargestDescription = 20_000;
    private const int LargestPage = 1000;

    public void Map(ServiceMap map)
    {
        map.Add<ListNexusEndpointsRequest, ListNexusEndpointsResponse>("ListNexusEndpoints", List);
        map.Add<GetNexusEndpointRequest, GetNexusEndpointResponse>("GetNexusEndpoint", r =>
        {
            Refuse(IdIssues(r.Id));
            return new GetNexusEndpointResponse
            {
                Endpoint = Endpoints.TryGetValue(r.Id, out var found) ? found : throw ServiceErrors.NotFound($"Nexus endpoint with ID `{r.Id}` not found"),
            };
        });
        map.Add<CreateNexusEndpointRequest, CreateNexusEndpointResponse>("CreateNexusEndpoint", CreateAsync);
        map.Add<UpdateNexusEndpointRequest, UpdateNexusEndpointResponse>("UpdateNexusEndpoint", UpdateAsync);
        map.Add<DeleteNexusEndpointRequest, DeleteNexusEndpointResponse>("DeleteNexusEndpoint", async r =>
        {
            Refuse([.. IdIssues(r.Id), .. r.Version > 0 ? [] : new[] { "endpoint version is non-positive" }]);
            await ChangeAsync(record =>
            {
                if (!record.NexusEndpoints.Remove(r.Id))
                {
                    throw ServiceErrors.NotFound($"error deleting nexus endpoint with ID: {r.Id}");
                }
            }).ConfigureAwait(false);
            return new DeleteNexusEndpointResponse();
        });
    }

    private IDictionary<string, Endpoint> Endpoints => namespaces.Get(OperatorFrontend.SystemNamespace).Record.NexusEndpoints;

    private ListNexusEndpointsResponse List(ListNexusEndpointsRequest request)
    {
        if (request.PageSize is < 0 or > LargestPage)
        {
            throw ServiceErrors.InvalidArgument(request.PageSize < 0 ? "page_size is negative" : $"page_size exceeds limit of {LargestPage}");
        }

        var after = request.NextPageToken.ToStringUtf8();
        var found = Endpoints.Values.Where(e => request.Name.Length == 0 || e.Spec.Name == request.Name)
            .OrderBy(e => e.Id, StringComparer.Ordinal).Where(e => string.CompareOrdinal(e.Id, after) > 0).ToList();
        var page = found.Take(request.PageSize > 0 ? request.PageSize : 100).ToList();
        return new ListNexusEndpointsResponse
        {
            Endpoints = { page },
            NextPageToken = found.Count > page.Count ? ByteString.CopyFromUtf8(page[^1].Id) : ByteString.Empty,
        };
    }

    private async ValueTask<CreateNexusEndpointResponse> CreateAsync(CreateNexusEndpointRequest request)
    {
        Refuse(SpecIssues(request.Spec));
        var id = Guid.NewGuid().ToString();
        var endpoint = new Endpoint
        {
            Version = 1,
            Id = id,
            Spec = request.Spec,
            CreatedTime = Durations.Wire(time.GetUtcNow().UtcDateTime),
            UrlPrefix = $"/nexus/endpoints/{id}/services",
        };
        await ChangeAsync(record =>
        {
            if (record.NexusEndpoints.Values.Any(e => e.Spec.Name == request.Spec.Name))
            {
                throw new ServiceException(
                    GrpcStatusCode.AlreadyExists, $"error creating Nexus endpoint. Endpoint with name {request.Spec.Name} already registered");
            }

            record.NexusEndpoints[id] = endpoint;
        }).ConfigureAwait(false);
        return new CreateNexusEndpointResponse { Endpoint = endpoint };
    }

    private async ValueTask<UpdateNexusEndpointResponse> UpdateAsync(UpdateNexusEndpointRequest request)
    {
        Refuse(SpecIssues(request.Spec));
        Refuse([.. IdIssues(request.Id), .. request.Version > 0 ? [] : new[] { "endpoint version is non-positive" }]);
        Endpoint? changed = null;
        await ChangeAsync(record =>
        {
            if (!record.NexusEndpoints.TryGetValue(request.Id, out changed))
            {
                throw ServiceErrors.NotFound($"error updating Nexus endpoint. endpoint ID {request.Id} not found");
            }

            if (changed.Version != request.Version)
            {
                throw ServiceErrors.FailedPrecondition($"nexus endpoint version mismatch. received: {request.Version} expected {changed.Version}");
            }

            changed.Spec = request.Spec;
            changed.Version++;
            changed.LastModifiedTime = Durations.Wire(time.GetUtcNow().UtcDateTime);
        }).ConfigureAwait(false);
        return new UpdateNexusEndpointResponse { Endpoint = changed };
    }

    private Task ChangeAsync(Action<NamespaceRecord> change) => namespaces.UpdateAsync(OperatorFrontend.SystemNamespace, change);

    private List<string> SpecIssues(EndpointSpec? spec)
    {
        var issues = new List<string>();
        var name = spec?.Name ?? "";
        if (name.Length == 0)
        {
            issues.Add("endpoint name not set");
        }
        else if (name.Length > LongestName)
        {
            issues.Add($"endpoint name exceeds length limit of {LongestName}");
        }
        else if (!EndpointName().IsMatch(name))
        {
            issues.Add("endpoint name must match the regex: \"^[a-zA-Z][a-zA-Z0-9\\\\-]*[a-zA-Z0-9]$\"");
        }

        switch (spec?.Target)
        {
            case { Worker: { } worker }:
                TargetIssues(worker, issues);
                break;
            case { External: { } external }:
                if (external.Url.Length is 0 or > LongestUrl)
                {
                    issues.Add(external.Url.Length == 0 ? "empty target URL" : $"target URL length exceeds limit of {LongestUrl}");
                }
                else if (!Uri.TryCreate(external.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                {
                    issues.Add($"invalid target URL scheme: \"{url?.Scheme}\", expected http or https");
                }

                break;
            default:
                issues.Add("empty target variant");
                break;
        }

        if (spec?.Description?.CalculateSize() > LargestDescription)
        {
            issues.Add($"description size exceeds limit of {LargestDescription}");
        }

        return issues;
    }

    private void TargetIssues(EndpointTarget.Types.Worker worker, List<string> issues)
    {
        if (worker.Namespace.Length == 0)
        {
            issues.Add("target namespace not set");
        }
        else if (!namespaces.Exists(worker.Namespace))
        {
            throw ServiceErrors.FailedPrecondition(
                $"could not verify namespace referenced by target exists: {ServiceErrors.NamespaceNotFound(worker.Namespace).Message}");
        }

        try
        {
            checks.TaskQueue(new() { Name = worker.TaskQueue });
        }
        catch (ServiceException e)
        {
            issues.Add($"invalid target task queue: \"{e.Message}\"");
        }
    }

    private static IEnumerable<string> IdIssues(string id) =>
        id.Length == 0 ? ["endpoint ID not set"] : CommandValidation.IsRunId(id) ? [] : [$"malformed endpoint ID: \"invalid UUID length: {id.Length}\""];

    private static void Refuse(IEnumerable<string> issues)
    {
        var text = string.Join(", ", issues);
        if (text.Length > 0)
        {
            throw ServiceErrors.InvalidArgument(text);
        }
    }

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9\-]*[a-zA-Z0-9]$")]
    private static partial Regex EndpointName();
}
