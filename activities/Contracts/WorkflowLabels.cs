using Temporalio.Common;
using Temporalio.Workflows;

namespace Orchestrator.Activities.Contracts;

/// <summary>What a workflow of a pipeline tells of itself in search attributes, pinned by its plan: so that it decides from its history whether the namespace knew them.</summary>
/// <param name="Registered">Attributes that the namespace knew when the plan was made; others are left out, as a server refuses them.</param>
/// <param name="Reason">See <see cref="PipelineAttributes.Reason"/>.</param>
/// <param name="Owner">Who answers for the pipeline.</param>
/// <param name="Tenant">Tenant that it works for.</param>
/// <param name="Datasets">Datasets that the workflow may change.</param>
public sealed record WorkflowLabels(IReadOnlyList<string> Registered, string Reason, string Owner, string Tenant, IReadOnlyList<string> Datasets)
{
    /// <summary>Most characters of a keyword: visibility on Postgres or MySQL stores no more, and a workflow with a longer one is not found at all.</summary>
    private const int Longest = 255;

    /// <summary>Most bytes of one attribute: a server refuses more, and the workflow that sends it is stuck.</summary>
    private const int MostBytes = 2048;

    /// <summary>Labels that a server takes: an owner that is too long is cut, datasets that do not fit are left out.</summary>
    public static WorkflowLabels Fitting(IReadOnlyList<string> registered, string reason, string owner, string tenant, IReadOnlyList<string> datasets)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(datasets);

        // Brackets, and for each name quotes and a comma; names of datasets are plain ASCII.
        var bytes = 2;
        return new WorkflowLabels(registered, reason, owner.Length <= Longest ? owner : owner[..Longest], tenant, [.. datasets.TakeWhile(d => (bytes += d.Length + 3) <= MostBytes)]);
    }

    /// <summary>Everything that is known from the start.</summary>
    public IEnumerable<SearchAttributeUpdate> Updates(string pipeline, string? partition)
    {
        yield return PipelineAttributes.Name.ValueSet(pipeline);
        if (partition is not null)
        {
            yield return PipelineAttributes.Partition.ValueSet(partition);
        }

        yield return PipelineAttributes.Datasets.ValueSet(Datasets);
        yield return PipelineAttributes.Reason.ValueSet(Reason);
        yield return PipelineAttributes.Owner.ValueSet(Owner);
        yield return PipelineAttributes.Tenant.ValueSet(Tenant);
    }

    /// <summary>The same as attributes that a workflow is started with; null when the namespace knows none.</summary>
    public SearchAttributeCollection? AtStart(string pipeline, string? partition)
    {
        var builder = new SearchAttributeCollection.Builder();
        void Set<T>(SearchAttributeKey<T> key, T value)
            where T : notnull
        {
            if (Registered.Contains(key.Name))
            {
                builder.Set(key, value);
            }
        }

        Set(PipelineAttributes.Name, pipeline);
        Set(PipelineAttributes.Reason, Reason);
        Set(PipelineAttributes.Owner, Owner);
        Set(PipelineAttributes.Tenant, Tenant);
        Set<IReadOnlyCollection<string>>(PipelineAttributes.Datasets, Datasets);
        if (partition is not null)
        {
            Set(PipelineAttributes.Partition, partition);
        }

        var attributes = builder.ToSearchAttributeCollection();
        return attributes.Count == 0 ? null : attributes;
    }
}
