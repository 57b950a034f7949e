using Temporal.DevServer.Frontend;
using Temporal.DevServer.Visibility;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>The schedules of each namespace for lists and counts, as the runs that they are on a real server.</summary>
internal sealed class ScheduleIndex(NamespaceRegistry namespaces, NamespaceIndexes indexes)
{
    /// <summary>Stands before a schedule's id in the id of the workflow that it is on a real server.</summary>
    public const string WorkflowIdPrefix = "temporal-sys-scheduler:";

    private const string Paused = "TemporalSchedulePaused";
    private const int LargestPage = 1000;

    /// <summary>One page, the newest first.</summary>
    /// <exception cref="VisibilityQueryException">The query or the token is wrong.</exception>
    public (IReadOnlyList<ScheduleListEntry> Entries, byte[] NextPageToken) List(NamespaceEntry ns, string query, int pageSize, ReadOnlySpan<byte> token)
    {
        var page = indexes.Of(ns.Id).List(BoundQuery.ParseForSchedules(query, ns.SearchAttributes), pageSize is > 0 and <= LargestPage ? pageSize : LargestPage, token);
        return ([.. page.Runs.Select(run => Entry((HostedSchedule)run.Tag!)).OfType<ScheduleListEntry>()], page.NextPageToken);
    }

    /// <summary>How many schedules the query finds.</summary>
    /// <exception cref="VisibilityQueryException">The query is wrong.</exception>
    public long Count(NamespaceEntry ns, string query) => indexes.Of(ns.Id).Count(BoundQuery.ParseForSchedules(query, ns.SearchAttributes)).Count;

    /// <summary>Shows the schedule as it is now. Its lock is held.</summary>
    public void Show(HostedSchedule schedule)
    {
        var stored = schedule.Stored!;
        var machine = schedule.Machine;
        if (schedule.Listed is { } before && (machine is null || before.RunId != stored.RunId))
        {
            indexes.Of(schedule.NamespaceId).Delete(before.RunId);
            schedule.Listed = null;
        }

        if (machine is null)
        {
            return;
        }

        var shown = (stored.RunId, machine.Record.Schedule.State.Paused, (object?)stored.SearchAttributes);
        if (schedule.Listed == shown || namespaces.FindById(schedule.NamespaceId) is not { } ns)
        {
            return;
        }

        schedule.Listed = shown;
        var attributes = SearchAttributePayloads.Read(stored.SearchAttributes?.IndexedFields ?? [], ns.SearchAttributes);
        attributes[SearchAttributeRegistry.NamespaceDivision] = "TemporalScheduler";
        attributes[Paused] = machine.Record.Schedule.State.Paused;
        var workflowId = WorkflowIdPrefix + schedule.ScheduleId;
        var created = stored.Record.Info.CreateTime.ToDateTime();
        indexes.Of(schedule.NamespaceId).Upsert(new IndexedRun
        {
            WorkflowId = workflowId,
            RunId = stored.RunId,
            WorkflowType = "temporal-sys-scheduler-workflow",
            TaskQueue = "temporal-sys-per-ns-tq",
            Status = WorkflowExecutionStatus.Running,
            StartTime = created,
            ExecutionTime = created,
            RootWorkflowId = workflowId,
            RootRunId = stored.RunId,
            Attributes = attributes,
            Tag = schedule,
        });
    }

    private static ScheduleListEntry? Entry(HostedSchedule schedule)
    {
        lock (schedule.Gate)
        {
            return schedule is { Machine: { } machine, Stored: { } stored }
                ? new ScheduleListEntry
                {
                    ScheduleId = schedule.ScheduleId,
                    Memo = stored.Memo,
                    SearchAttributes = stored.SearchAttributes,
                    Info = machine.ListInfo(),
                }
                : null; // deleted just now
        }
    }
}
