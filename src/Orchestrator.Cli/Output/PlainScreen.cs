using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Runs;

namespace Orchestrator.Cli.Output;

/// <summary>One line for each thing that happens, for files, pipes and other programs.</summary>
internal sealed class PlainScreen(TextWriter output, bool json) : Screen
{
    /// <summary>How often at most it tells how far everything is.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private int _total;
    private int _done;
    private long _began;
    private long _told;

    public override void Begin(RunBatch batch)
    {
        base.Begin(batch);
        _total = batch.ToRun.Count;
        _began = _told = TimeProvider.System.GetTimestamp();
    }

    public override void Started(string partition) => Line($"{partition}  started");

    public override void Step(string partition, string step) => Line($"{partition}  {step}");

    public override void Ended(RunOutcome outcome)
    {
        lock (_gate)
        {
            output.WriteLine($"{outcome.Partition}  {Describe(outcome)}");
            if (Pace.Left(++_done, _total, TimeProvider.System.GetElapsedTime(_began)) is { } left && TimeProvider.System.GetElapsedTime(_told) > ProgressInterval)
            {
                _told = TimeProvider.System.GetTimestamp();
                output.WriteLine($"{_done} of {_total} partitions, {Pace.Text(left)}");
            }
        }
    }

    public override void End(RunSummary summary)
    {
        if (json)
        {
            JsonOutput.Write(summary);
        }
        else
        {
            base.End(summary);
        }
    }

    internal static string Describe(RunOutcome outcome)
    {
        var seconds = outcome.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return outcome.Result switch
        {
            { Status: RunStatus.Published } => $"done in {seconds} s",
            { Status: RunStatus.Skipped } result => $"skipped: {result.Reason}",
            _ when outcome.IsHeld => $"HELD after {seconds} s: {outcome.Failure}",
            _ => $"FAILED after {seconds} s: {outcome.Failure}",
        };
    }

    protected override void Line(string text)
    {
        lock (_gate)
        {
            output.WriteLine(text);
        }
    }
}
