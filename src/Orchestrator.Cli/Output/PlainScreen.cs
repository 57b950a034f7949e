using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Runs;

namespace Orchestrator.Cli.Output;

/// <summary>One line for each thing that happens, for files, pipes and other programs.</summary>
internal sealed class PlainScreen(TextWriter output, bool json) : Screen
{
    private readonly Lock _gate = new();

    public override void Started(string partition) => Line($"{partition}  started");

    public override void Step(string partition, string step) => Line($"{partition}  {step}");

    public override void Ended(RunOutcome outcome) => Line($"{outcome.Partition}  {Describe(outcome)}");

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
