using Orchestrator.Activities.Contracts;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>Search attributes as workflows set them: only those that the namespace knew when the plan was made, as the plan says, so that a replay does the same.</summary>
internal static class Labels
{
    /// <summary>Sets attributes. Plans of workers before 0.3 carry no labels: then nothing is set.</summary>
    public static void Tell(WorkflowLabels? labels, params IEnumerable<SearchAttributeUpdate> updates)
    {
        SearchAttributeUpdate[] known = labels is null ? [] : [.. updates.Where(u => labels.Registered.Contains(u.UntypedKey.Name))];
        if (known.Length > 0)
        {
            Workflow.UpsertTypedSearchAttributes(known);
        }
    }
}
