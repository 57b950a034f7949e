using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// The key of one posting list: all rows with this value of this attribute, and of this state when <see cref="Status"/> is set. The
/// attribute is empty in the term of a state alone.
/// </summary>
internal readonly record struct IndexTerm(string Attribute, string Value, WorkflowExecutionStatus Status = WorkflowExecutionStatus.Unspecified)
{
    /// <summary>All rows of the state.</summary>
    public static IndexTerm OfStatus(WorkflowExecutionStatus status) => new("", "", status);

    /// <summary>The terms under which a row is found.</summary>
    public static IEnumerable<IndexTerm> Of(IndexedRun run)
    {
        yield return OfStatus(run.Status);
        yield return new("WorkflowType", run.WorkflowType);
        yield return new("WorkflowType", run.WorkflowType, run.Status);
        yield return new("WorkflowId", run.WorkflowId);
        yield return new("RunId", run.RunId);
        yield return new("TaskQueue", run.TaskQueue);
        if (run.ParentWorkflowId is not null)
        {
            yield return new("ParentWorkflowId", run.ParentWorkflowId);
        }

        // Most runs are their own root; the planner looks for those under their workflow id.
        if (run.RootWorkflowId != run.WorkflowId)
        {
            yield return new("RootWorkflowId", run.RootWorkflowId);
        }

        foreach (var (name, value) in run.Attributes)
        {
            switch (value)
            {
                case string keyword:
                    yield return new(name, keyword);
                    break;
                case string[] list:
                    foreach (var item in list.Select(ListPredicate.Fold).Distinct())
                    {
                        yield return new(name, item);
                    }

                    break;
            }
        }
    }
}
