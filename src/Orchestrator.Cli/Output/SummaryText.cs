using System.Globalization;
using Orchestrator.Cli.Runs;
using Spectre.Console;

namespace Orchestrator.Cli.Output;

/// <summary>The end of a <c>run</c> as text.</summary>
internal static class SummaryText
{
    public static void Write(RunSummary summary)
    {
        foreach (var failure in summary.Failures.Where(f => f.RunId.Length > 0))
        {
            Console.WriteLine($"\nFAILED {failure.Partition} ({failure.WorkflowId})\n  {failure.Reason.ReplaceLineEndings("\n  ")}");
        }

        foreach (var refused in summary.Failures.Where(f => f.RunId.Length == 0).GroupBy(f => f.Reason))
        {
            Console.WriteLine($"\nREFUSED {refused.First().Partition}{(refused.Count() > 1 ? $" and {Amount.Of(refused.Count() - 1, "more partition")}" : "")}, not started\n  {refused.Key.ReplaceLineEndings("\n  ")}");
        }

        foreach (var hold in summary.Holds)
        {
            Console.WriteLine($"\nHELD {hold.Partition} ({hold.WorkflowId})\n  {hold.Reason.ReplaceLineEndings("\n  ")}{(hold.Reason.Contains("Help:", StringComparison.Ordinal) ? "" : $"\n  Help: 'orchestrator approve {hold.WorkflowId} --reason TEXT', or reject, retry, waive.")}");
        }

        foreach (var note in summary.Notes ?? [])
        {
            Console.WriteLine($"\nNOTE {note.Partition} ({note.WorkflowId})\n  {note.Reason}");
        }

        foreach (var warning in summary.Warnings ?? [])
        {
            Console.WriteLine($"\nWARNING {warning.Dataset}: rule '{warning.Rule}' ({warning.Severity}) does not hold in {Amount.Of(warning.Partitions, "partition")}, the last is {warning.Last}{(warning.Offenders > 0 ? $"; {warning.Offenders} rows or values break it" : "")}");
        }

        Console.WriteLine($"\npartitions: {summary.Done} done, {summary.Skipped} skipped, {summary.Failed} failed{(summary.Held > 0 ? $", {summary.Held} held" : "")}");
        if (summary.Done > 0)
        {
            TableText.Write(
                ["table", "version", "rows read", "= published", "+ quarantined", "+ dropped by rule"],
                [.. summary.Datasets.Select(d => (IReadOnlyList<object?>)
                    [d.Dataset, d.Version, d.Read, d.Published, d.Quarantined, Dropped(d)])]);
        }

        if (summary.Sample is { } sample)
        {
            Console.WriteLine($"\nfirst rows of {sample.Dataset}");
            TableText.Write(sample.Columns, sample.Rows);
        }

        Console.WriteLine($"\nlake:    {summary.Lake}");
        if (summary.ShowCommand is { } show)
        {
            Console.WriteLine($"history: {show}");
        }

        Console.WriteLine($"elapsed: {summary.ElapsedSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
    }

    private static string Dropped(DatasetTotals totals) =>
        totals.Dropped.Count == 0 ? "0" : string.Join(", ", totals.Dropped.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Value} {d.Key}"));
}
