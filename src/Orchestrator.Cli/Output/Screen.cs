using Orchestrator.Cli.Runs;
using Spectre.Console;

namespace Orchestrator.Cli.Output;

/// <summary>How a <c>run</c> shows itself: what will run, what is going on, what came out.</summary>
internal abstract class Screen : IRunObserver
{
    /// <summary>A live table on a terminal, plain lines elsewhere; with <c>--json</c> the lines go to standard error and the document to standard output.</summary>
    public static Screen For(bool json) =>
        json ? new PlainScreen(Console.Error, json: true)
        : AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveScreen()
        : new PlainScreen(Console.Out, json: false);

    /// <summary>Before anything runs.</summary>
    public virtual void Begin(RunBatch batch)
    {
        foreach (var ignored in batch.Ignored)
        {
            Line($"ignored: {ignored.Path}: {ignored.Reason}");
        }

        Line(batch is { ToRun.Count: 0, Refused.Count: 0 }
            ? $"{batch.Spec.Name}: nothing to do, {Amount.Of(batch.UpToDate, "partition")} up to date"
            : $"{batch.Spec.Name}: {Amount.Of(batch.ToRun.Count, "partition")} to run, {batch.UpToDate} up to date{(batch.Refused.Count > 0 ? $", {batch.Refused.Count} refused and not started" : "")}");
    }

    /// <summary>Runs the batch while the screen is alive.</summary>
    public virtual Task ShowAsync(Func<Task> run) => run();

    /// <summary>After everything.</summary>
    public virtual void End(RunSummary summary) => SummaryText.Write(summary);

    public abstract void Started(string partition);

    public abstract void Step(string partition, string step);

    public abstract void Ended(RunOutcome outcome);

    protected abstract void Line(string text);
}
