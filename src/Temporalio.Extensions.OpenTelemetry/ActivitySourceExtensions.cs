using System.Diagnostics;
using Temporalio.Workflows;

namespace Temporalio.Extensions.OpenTelemetry;

/// <summary>Spans in workflows.</summary>
public static class ActivitySourceExtensions
{
    /// <summary>Writes a span of no length and makes it the parent of later ones until the result is disposed. In replay only the place is kept.</summary>
    /// <param name="source">Source of the span.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="tags">Its tags, besides inherited ones.</param>
    /// <param name="links">Its links.</param>
    /// <param name="evenOnReplay">Whether it is written in replay too.</param>
    /// <param name="inheritParentTags">Whether it has the tags of the one around it.</param>
    /// <param name="updateActivity">Changes the span before it ends; not called when none is written.</param>
    /// <returns>To be disposed.</returns>
    /// <exception cref="InvalidOperationException">The code does not run in a workflow.</exception>
    public static WorkflowDiagnosticActivity TrackWorkflowDiagnosticActivity(
        this ActivitySource source,
        string name,
        ActivityKind kind = ActivityKind.Internal,
        IEnumerable<KeyValuePair<string, object?>>? tags = null,
        IEnumerable<ActivityLink>? links = null,
        bool evenOnReplay = false,
        bool inheritParentTags = true,
        Action<Activity>? updateActivity = null)
    {
        var tracked = source.StartTracked(name, kind, tags, links, evenOnReplay, inheritParentTags);
        if (tracked.Activity is { } activity)
        {
            Workflow.Unsafe.WithTracingEventListenerDisabled(() =>
            {
                updateActivity?.Invoke(activity);
                activity.SetEndTime(activity.StartTimeUtc);
                activity.Stop();
                return true;
            });
        }

        return tracked;
    }

    /// <summary>The same, with the span still open: for what cannot be interrupted. Whoever calls it stops the span.</summary>
    internal static WorkflowDiagnosticActivity StartTracked(
        this ActivitySource source,
        string name,
        ActivityKind kind,
        IEnumerable<KeyValuePair<string, object?>>? tags,
        IEnumerable<ActivityLink>? links,
        bool evenOnReplay,
        bool inheritParentTags)
    {
        ArgumentNullException.ThrowIfNull(source);
        var parent = WorkflowDiagnosticActivity.Current;
        var inherited = inheritParentTags ? parent?.Tags : null;
        KeyValuePair<string, object?>[] all = [.. inherited ?? [], .. tags ?? []];
        var context = parent?.Context ?? default;
        Activity? activity = null;
        if (evenOnReplay || !Workflow.Unsafe.IsReplaying)
        {
            // Listeners may take locks and wake threads, which is none of the workflow's business.
            activity = Workflow.Unsafe.WithTracingEventListenerDisabled(() => Start(source, name, kind, context, all, links));
        }

        return new(activity, activity?.Context ?? context, all);
    }

    private static Activity? Start(
        ActivitySource source, string name, ActivityKind kind, ActivityContext parent, KeyValuePair<string, object?>[] tags, IEnumerable<ActivityLink>? links)
    {
        // Never a child of what happens to be current on the worker's thread.
        var ambient = Activity.Current;
        Activity.Current = null;
        try
        {
            return source.StartActivity(name, kind, parent, tags, links, Workflow.UtcNow);
        }
        finally
        {
            Activity.Current = ambient;
        }
    }
}
