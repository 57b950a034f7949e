using System.Globalization;
using Orchestrator.Activities.Planning;

namespace Orchestrator.Cli.Output;

/// <summary>A plan as text: what runs and why, what that makes again, what it will take.</summary>
internal static class PlanText
{
    /// <summary>More runs than this are counted by reason.</summary>
    private const int Shown = 40;

    public static void Write(PipelinePlan plan, string folder)
    {
        foreach (var ignored in plan.Ignored)
        {
            Console.WriteLine($"ignored: {Near(ignored.Path)}: {ignored.Reason}");
        }

        foreach (var (partition, why) in (plan.TakenBack ?? new Dictionary<string, string>()).Take(Shown))
        {
            Console.WriteLine($"taken back: {partition} {why}; it runs when an input or the code is mended, or with --force");
        }

        if (plan.Runs.Count == 0)
        {
            Console.WriteLine($"{plan.Pipeline}: nothing to do, {Amount.Of(plan.UpToDate, "partition")} up to date");
            foreach (var change in plan.Changes.Where(c => c.Own.Count > 0))
            {
                Console.WriteLine($"code change without effect: {change.Dataset}: {string.Join("; ", change.Own)}");
            }

            return;
        }

        Console.WriteLine($"{plan.Pipeline}: {Amount.Of(plan.Runs.Count, "partition")} to run, {plan.UpToDate} up to date\n");
        TableText.Write(["partition", "why"], [.. plan.Runs.Take(Shown).Select(r => (IReadOnlyList<object?>)[r.Partition, string.Join("; ", r.Reasons.Select(Text))])]);
        if (plan.Runs.Count > Shown)
        {
            var rest = plan.Runs.Skip(Shown).GroupBy(r => r.Reasons[0].Words).OrderByDescending(g => g.Count());
            Console.WriteLine($"... and {plan.Runs.Count - Shown} more: {string.Join(", ", rest.Select(g => $"{g.Count()} {g.Key}"))}");
        }

        foreach (var refused in plan.Refused ?? [])
        {
            Console.WriteLine($"refused: {refused.Text}");
        }

        foreach (var left in (plan.NotStarted ?? []).Take(Shown))
        {
            Console.WriteLine($"not started by {left.By}{(left.Partition.Length > 0 ? ": " + left.Partition : "")}: {left.Reason}");
        }

        Console.WriteLine();
        TableText.Write(
            ["makes", "partitions", "of them restated", "which"],
            [.. plan.Datasets.Select(d => (IReadOnlyList<object?>)[d.Dataset, d.Own + d.Restated, d.Restated, Ranges(d.Ranges)])]);
        if (plan.Changes.Count > 0)
        {
            Console.WriteLine();
            TableText.Write(
                ["code change", "is", "why"],
                [.. plan.Changes.Select(c => (IReadOnlyList<object?>)[c.Dataset, Category(c.Category), Why(c)])]);
        }

        Console.WriteLine($"\nestimate: {Files(plan)}; {Estimates(plan)}");
        Console.WriteLine($"plan:     {plan.Hash[..12]}    orchestrator run {folder} --plan {plan.Hash[..12]}");
    }

    private static string Text(RunReason reason) => (reason.Subject.Length > 0 ? reason with { Subject = Near(reason.Subject) } : reason).ToString();

    private static string Category(ChangeCategory category) => category switch
    {
        ChangeCategory.Breaking => "breaking",
        ChangeCategory.NonBreaking => "non-breaking",
        _ => "none",
    };

    private static string Why(DatasetChange change)
    {
        var parts = new List<string>(change.Own);
        if (change.RowsBecause is { } rows)
        {
            parts.Add($"rows: {rows}");
        }
        else
        {
            if (change.Changed.Count > 0)
            {
                parts.Add($"changes {string.Join(", ", change.Changed)}");
            }

            if (change.Added.Count > 0)
            {
                parts.Add($"adds {string.Join(", ", change.Added)}");
            }
        }

        return parts.Count > 0 ? string.Join("; ", parts.Distinct()) : "reads nothing that changed";
    }

    private static string Ranges(IReadOnlyList<string> ranges) =>
        ranges.Count <= 4 ? string.Join(", ", ranges) : $"{string.Join(", ", ranges.Take(3))} and {ranges.Count - 3} more ranges to {ranges[^1].Split("..")[^1]}";

    private static string Files(PipelinePlan plan) =>
        string.Create(CultureInfo.InvariantCulture, $"{Amount.Of(plan.Runs.Sum(r => r.Files), "file")}, {(plan.Bytes < 1e3 ? Amount.Of(plan.Bytes, "byte") : plan.Bytes < 1e6 ? $"{plan.Bytes / 1e3:0.0} kB" : $"{plan.Bytes / 1e6:0.0} MB")}");

    private static string Estimates(PipelinePlan plan)
    {
        if (plan.Seconds is not { } seconds)
        {
            return "rows and time unknown: no run has been published yet";
        }

        var rows = plan.Rows is { } r ? $"{Number(r.Median, "N0")} rows ({Number(r.Low, "N0")} to {Number(r.High, "N0")})" : "rows unknown";
        var time = $"{Number(seconds.Median, "0.0")} s ({Number(seconds.Low, "0.0")} to {Number(seconds.High, "0.0")})";
        var atOnce = Math.Min(plan.Concurrency, plan.Runs.Count);
        var cost = plan.Cost is { } c ? $", cost {Number(c.Median, "0.######")} ({Number(c.Low, "0.######")} to {Number(c.High, "0.######")})" : "";
        return $"{rows}, {time} of run time{(atOnce > 1 ? $", {atOnce} at once" : "")}{cost}, by the last {(plan.History == 1 ? "run" : $"{plan.History} runs")}";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A path below the calling folder from there.</summary>
    private static string Near(string path)
    {
        var near = Path.IsPathRooted(path) ? Path.GetRelativePath(Environment.CurrentDirectory, path) : path;
        return near.StartsWith("..", StringComparison.Ordinal) ? path : near;
    }
}
