using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace Integration.Tests.Windows;

/// <summary>The activities of a window whose sources are what the test says.</summary>
public sealed class WindowStandIns : IWindowActivities
{
    public static readonly DateTimeOffset Ends = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private int _surveys;

    public WindowPolicy Policy { get; set; } = new() { EndsAt = Ends, CompleteAt = Ends.AddDays(1), SealsAt = Ends.AddDays(7), Quiet = TimeSpan.FromMinutes(5) };

    /// <summary>What the next looks see; afterwards there is nothing to see.</summary>
    public ConcurrentQueue<WindowSurvey> Sees { get; } = new();

    /// <summary>Newest event time of looks that nothing is said of.</summary>
    public DateTimeOffset? Watermark { get; set; }

    public ConcurrentQueue<WindowState> Kept { get; } = new();

    public ConcurrentQueue<string> Awaited { get; } = new();

    public int Surveys => _surveys;

    [Activity]
    public Task<WindowState> OpenWindowAsync(WindowRequest request) => Task.FromResult(
        (Kept.LastOrDefault() ?? new WindowState { Pipeline = request.Pipeline, Partition = request.Partition }) with { Policy = Policy, Pending = [] });

    [Activity]
    public Task<WindowSurvey> SurveyWindowAsync(WindowRequest request)
    {
        Interlocked.Increment(ref _surveys);
        return Task.FromResult(Sees.TryDequeue(out var survey) ? survey : new WindowSurvey { Watermark = Watermark });
    }

    [Activity]
    public Task RecordWindowAsync(WindowState state)
    {
        Kept.Enqueue(state);
        return Task.CompletedTask;
    }

    [Activity]
    public Task AwaitBackfillAsync(string workflowId)
    {
        Awaited.Enqueue(workflowId);
        return Task.CompletedTask;
    }

    [Activity]
    public Task<FeedResult> FeedWindowsAsync(FeedRequest request) => Task.FromResult(new FeedResult([], 0, []));

    /// <summary>A backfill that publishes ten rows of every partition, and of none that is called so holds them.</summary>
    [Workflow("Backfill")]
    public sealed class Backfill
    {
        [WorkflowRun]
        public Task<BackfillProgress> RunAsync(BackfillRequest request)
        {
            var held = request.Partitions!.Count(p => p.Contains("held", StringComparison.Ordinal));
            return Task.FromResult(new BackfillProgress { Phase = "completed", Published = request.Partitions!.Count - held, Held = held, Rows = 10 * (request.Partitions.Count - held) });
        }
    }
}
