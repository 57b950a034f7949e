using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Visibility;

/// <summary>
/// Which of the product's search attributes a namespace knows. A server refuses others, and a workflow that sends one is stuck: so whoever starts or plans a workflow looks first. What was seen is
/// kept for a minute; a server that refuses to say counts as one that knows none, and one that cannot say just now too, until it is asked again.
/// </summary>
public sealed class NamespaceAttributes
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (long At, IReadOnlyDictionary<string, IndexedValueType> Types)> _seen = new(StringComparer.Ordinal);

    /// <summary>Labels of a pipeline's workflow.</summary>
    /// <param name="client">The service and namespace.</param>
    /// <param name="spec">The pipeline.</param>
    /// <param name="reason">Why the workflow works.</param>
    /// <param name="dataset">The one dataset that it may change. Default: null, all of the pipeline.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<WorkflowLabels> LabelsAsync(ITemporalClient client, PipelineSpec spec, string reason, string? dataset = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return WorkflowLabels.Fitting(await RegisteredAsync(client, cancellationToken), reason, spec.Owner, spec.Tenant, dataset is null ? [.. spec.Datasets.Select(d => d.Name)] : [dataset]);
    }

    /// <summary>Names of the attributes that the client's namespace knows, with the right type.</summary>
    public async Task<IReadOnlyList<string>> RegisteredAsync(ITemporalClient client, CancellationToken cancellationToken) => Registered(await TypesAsync(client, cancellationToken));

    /// <summary>Makes the client's namespace know all of them: for the embedded server, which belongs to this process.</summary>
    public static async Task RegisterAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var known = Registered(await FindAsync(client, cancellationToken));
        var request = new AddSearchAttributesRequest { Namespace = client.Options.Namespace };
        foreach (var key in PipelineAttributes.All.Where(a => !known.Contains(a.Name)))
        {
            request.SearchAttributes[key.Name] = key.ValueType;
        }

        try
        {
            if (request.SearchAttributes.Count > 0)
            {
                await client.OperatorService.AddSearchAttributesAsync(request, new RpcOptions { CancellationToken = cancellationToken });
            }
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.InvalidArgument)
        {
            // The namespace has as many of a type as it may: workers find those missing and go without.
            return;
        }
    }

    /// <summary>Attributes that the namespace does not know at all.</summary>
    public async Task<IReadOnlyList<SearchAttributeKey>> MissingAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        var types = await TypesAsync(client, cancellationToken);
        return [.. PipelineAttributes.All.Where(a => !types.ContainsKey(a.Name))];
    }

    /// <summary>Attributes that the namespace knows by name and with another type, and that type: nothing sends them.</summary>
    public async Task<IReadOnlyList<(SearchAttributeKey Attribute, IndexedValueType Type)>> OfAnotherTypeAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        var types = await TypesAsync(client, cancellationToken);
        return [.. PipelineAttributes.All.Where(a => types.TryGetValue(a.Name, out var type) && type != a.ValueType).Select(a => (a, types[a.Name]))];
    }

    private static IReadOnlyList<string> Registered(IReadOnlyDictionary<string, IndexedValueType> types) =>
        [.. PipelineAttributes.All.Where(a => types.TryGetValue(a.Name, out var type) && type == a.ValueType).Select(a => a.Name)];

    private async Task<IReadOnlyDictionary<string, IndexedValueType>> TypesAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (_seen.TryGetValue(client.Options.Namespace, out var seen) && TimeProvider.System.GetElapsedTime(seen.At) < Fresh)
        {
            return seen.Types;
        }

        try
        {
            var types = await FindAsync(client, cancellationToken);
            _seen[client.Options.Namespace] = (TimeProvider.System.GetTimestamp(), types);
            return types;
        }
        catch (RpcException e) when (e.Code is not RpcException.StatusCode.Cancelled)
        {
            // Labels are no reason to wait with the work.
            return new Dictionary<string, IndexedValueType>();
        }
    }

    private static async Task<IReadOnlyDictionary<string, IndexedValueType>> FindAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        try
        {
            var listed = await client.OperatorService.ListSearchAttributesAsync(
                new ListSearchAttributesRequest { Namespace = client.Options.Namespace }, new RpcOptions { Retry = true, CancellationToken = cancellationToken });
            return listed.CustomAttributes;
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unauthenticated or RpcException.StatusCode.Unimplemented)
        {
            // Who may not ask may still run pipelines.
            return new Dictionary<string, IndexedValueType>();
        }
    }
}
