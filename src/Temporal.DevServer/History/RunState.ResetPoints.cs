using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.History;

/// <content>Where the run's chain can be reset to: the first task that each build of the workers completed.</content>
internal sealed partial class RunState
{
    private const int MostResetPoints = 20;

    /// <summary>How long a run that went on as another can be reset to: as long as it is kept by default.</summary>
    private static readonly TimeSpan KeptAfterClose = TimeSpan.FromDays(1);

    /// <summary>The points, oldest first, those of earlier runs of the chain included.</summary>
    public IReadOnlyList<ResetPointInfo> ResetPoints { get; private set; } = [];

    /// <summary>The points as the next run of the chain inherits them, or null without any.</summary>
    public ResetPoints? ResetPointsOnClose(DateTime closed) => ResetPoints.Count == 0 ? null : new ResetPoints { Points = { Expiring(closed) } };

    private IEnumerable<ResetPointInfo> Expiring(DateTime closed) => ResetPoints.Select(point =>
    {
        var copy = point.Clone();
        copy.ExpireTime = point.RunId == RunId ? Durations.Wire(closed + KeptAfterClose) : point.ExpireTime;
        return copy;
    });

    private void NoteResetPoint(HistoryEvent e)
    {
        var completed = e.WorkflowTaskCompletedEventAttributes;
        var build = completed.WorkerVersion?.BuildId ?? "";
        if (ResetPoints.Any(p => p.BuildId == build && p.BinaryChecksum == completed.BinaryChecksum))
        {
            return;
        }

        ResetPoints =
        [
            .. ResetPoints.TakeLast(MostResetPoints - 1),
            new ResetPointInfo
            {
                RunId = RunId,
                FirstWorkflowTaskCompletedId = e.EventId,
                CreateTime = e.EventTime,
                Resettable = Children.IsEmpty && Externals.IsEmpty,
                BuildId = build,
                BinaryChecksum = completed.BinaryChecksum,
            },
        ];
        NoteChecksums();
    }
}
