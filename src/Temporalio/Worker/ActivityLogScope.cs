using System.Collections;
using Temporalio.Activities;

namespace Temporalio.Worker;

/// <summary>The ids that an activity's log messages carry; put together only when a logger asks.</summary>
internal sealed class ActivityLogScope(ActivityInfo info) : IReadOnlyCollection<KeyValuePair<string, object?>>
{
    private KeyValuePair<string, object?>[]? _values;

    public int Count => Values.Length;

    private KeyValuePair<string, object?>[] Values => _values ??= Create();

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)Values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", Values.Select(v => $"{v.Key}:{v.Value}"));

    private KeyValuePair<string, object?>[] Create()
    {
        List<KeyValuePair<string, object?>> values =
        [
            new("ActivityId", info.ActivityId), new("ActivityType", info.ActivityType), new("Attempt", info.Attempt), new("Namespace", info.Namespace),
        ];
        if (info.IsWorkflowActivity)
        {
            values.Add(new("WorkflowId", info.WorkflowId));
            values.Add(new("WorkflowNamespace", info.WorkflowNamespace));
            values.Add(new("WorkflowRunId", info.WorkflowRunId));
            values.Add(new("WorkflowType", info.WorkflowType));
        }

        return [.. values];
    }
}
