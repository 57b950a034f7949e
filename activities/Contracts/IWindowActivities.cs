using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Every side effect of a <c>PartitionWindow</c>. Each may run more than once for one call; each says why that is safe.</summary>
public interface IWindowActivities
{
    /// <summary>Reads the pipeline's policy, and what the lake keeps of an earlier window of the partition. Safe to repeat: reads only.</summary>
    [Activity]
    Task<WindowState> OpenWindowAsync(WindowRequest request);

    /// <summary>
    /// Looks at the sources: what of the partition differs from its last run, and which partitions are to be made again. Runs that hold rows of objects that have been replaced
    /// since are ended. Safe to repeat: a run that has ended is left alone.
    /// </summary>
    [Activity]
    Task<WindowSurvey> SurveyWindowAsync(WindowRequest request);

    /// <summary>Keeps a window's state in the lake. Safe to repeat: replaces its own object.</summary>
    [Activity]
    Task RecordWindowAsync(WindowState state);

    /// <summary>Waits for a backfill that somebody else has started: fails, to be tried again, while it goes on. Safe to repeat: reads only.</summary>
    [Activity]
    Task AwaitBackfillAsync(string workflowId);

    /// <summary>
    /// Looks through a pipeline's sources and tells the window of each partition, started if it is not there, what is new, has changed or went. Safe to repeat: a window counts an
    /// object with the same bytes once.
    /// </summary>
    [Activity]
    Task<FeedResult> FeedWindowsAsync(FeedRequest request);
}
