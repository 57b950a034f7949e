using Temporalio.Api.Enums.V1;
using Temporalio.Common;

namespace Orchestrator.Activities.Contracts;

/// <summary>
/// The search attributes by which workflows of pipelines are found in Temporal (docs/guides/temporal-tools.md). None of the names needs quoting in a query: <c>Partition</c> alone would, it is reserved.
/// </summary>
public static class PipelineAttributes
{
    /// <summary>Name of the pipeline.</summary>
    public static SearchAttributeKey<string> Name { get; } = SearchAttributeKey.CreateKeyword("PipelineName");

    /// <summary>Partition of a run; the one that a redrive was asked for.</summary>
    public static SearchAttributeKey<string> Partition { get; } = SearchAttributeKey.CreateKeyword("PipelinePartition");

    /// <summary>Datasets that the workflow may change.</summary>
    public static SearchAttributeKey<IReadOnlyCollection<string>> Datasets { get; } = SearchAttributeKey.CreateKeywordList("PipelineDatasets");

    /// <summary>Why it works: for a run <c>missing</c>, <c>failed</c>, <c>inputsChanged</c>, <c>codeChanged</c>, <c>contractChanged</c>, <c>upstreamNewer</c>, <c>forced</c> or <c>upToDate</c>; for a backfill its selection; otherwise <c>redrive</c>, <c>maintain</c>, <c>rollback</c>.</summary>
    public static SearchAttributeKey<string> Reason { get; } = SearchAttributeKey.CreateKeyword("PipelineReason");

    /// <summary>
    /// Where its gate stands: <c>held</c>, <c>approved</c>, <c>rejected</c>, <c>waived</c>, <c>retried</c>, <c>expired</c>, and of runs that nobody had to decide about <c>passed</c>, <c>warned</c> or <c>failed</c>; a backfill that
    /// waits for its approval is <c>held</c>.
    /// </summary>
    public static SearchAttributeKey<string> GateState { get; } = SearchAttributeKey.CreateKeyword("PipelineGateState");

    /// <summary>Who answers for the pipeline.</summary>
    public static SearchAttributeKey<string> Owner { get; } = SearchAttributeKey.CreateKeyword("PipelineOwner");

    /// <summary>Tenant that it works for.</summary>
    public static SearchAttributeKey<string> Tenant { get; } = SearchAttributeKey.CreateKeyword("PipelineTenant");

    /// <summary>Rows that it published, over all datasets.</summary>
    public static SearchAttributeKey<long> Rows { get; } = SearchAttributeKey.CreateLong("PipelineRows");

    /// <summary>All of them: what a namespace is to know.</summary>
    public static IReadOnlyList<SearchAttributeKey> All { get; } = [Name, Partition, Datasets, Reason, GateState, Owner, Tenant, Rows];

    /// <summary>The command that makes a namespace of a real cluster know attributes.</summary>
    public static string CommandFor(string temporalNamespace, IEnumerable<SearchAttributeKey> missing) =>
        $"temporal operator search-attribute create --namespace {temporalNamespace} " + string.Join(' ', missing.Select(a => $"--name {a.Name} --type {a.ValueType}"));

    /// <summary>What to do about attributes that a namespace has with another type: a type cannot be changed.</summary>
    public static string Mend(string temporalNamespace, IReadOnlyList<(SearchAttributeKey Attribute, IndexedValueType Type)> others) =>
        $"temporal operator search-attribute remove --namespace {temporalNamespace} {string.Join(' ', others.Select(o => $"--name {o.Attribute.Name}"))}, then {CommandFor(temporalNamespace, others.Select(o => o.Attribute))}";
}
