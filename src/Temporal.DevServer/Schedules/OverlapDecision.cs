using Temporal.DevServer.Schedules.Records;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>What becomes of the waiting starts of a schedule by their overlap policies.</summary>
internal sealed class OverlapDecision
{
    private OverlapDecision()
    {
    }

    /// <summary>Starts of policy ALLOW_ALL: all go at once and nobody waits for them.</summary>
    public List<BufferedStart> Untracked { get; } = [];

    /// <summary>The one start that may go because nothing runs.</summary>
    public BufferedStart? Tracked { get; private set; }

    /// <summary>Starts that go on waiting.</summary>
    public List<BufferedStart> Waiting { get; } = [];

    /// <summary>Starts dropped because something runs.</summary>
    public int Skipped { get; private set; }

    /// <summary>What runs is to be cancelled.</summary>
    public bool Cancel { get; private set; }

    /// <summary>What runs is to be terminated.</summary>
    public bool Terminate { get; private set; }

    /// <summary>Decides on starts in their order.</summary>
    public static OverlapDecision Of(IEnumerable<BufferedStart> starts, bool isRunning, ScheduleOverlapPolicy schedulePolicy)
    {
        var decision = new OverlapDecision();
        foreach (var start in starts)
        {
            decision.Add(start, start.OverlapPolicy == ScheduleOverlapPolicy.Unspecified ? schedulePolicy : start.OverlapPolicy, isRunning);
        }

        if (decision.Cancel || decision.Terminate)
        {
            decision.Untracked.Clear(); // they would be cancelled with the rest at once
        }

        return decision;
    }

    private void Add(BufferedStart start, ScheduleOverlapPolicy policy, bool isRunning)
    {
        if (policy == ScheduleOverlapPolicy.AllowAll)
        {
            Untracked.Add(start);
            return;
        }

        if (!isRunning && Tracked is null)
        {
            Tracked = start;
            return;
        }

        switch (policy)
        {
            case ScheduleOverlapPolicy.BufferOne when Waiting.Count == 0:
            case ScheduleOverlapPolicy.BufferAll:
                Waiting.Add(start);
                break;
            case ScheduleOverlapPolicy.CancelOther or ScheduleOverlapPolicy.TerminateOther when !isRunning:
                Tracked = start; // in the place of the one that has not started yet
                break;
            case ScheduleOverlapPolicy.CancelOther:
                Cancel = true;
                Waiting.Add(start);
                break;
            case ScheduleOverlapPolicy.TerminateOther:
                Terminate = true;
                Waiting.Add(start);
                break;
            default:
                Skipped++;
                break;
        }
    }
}
