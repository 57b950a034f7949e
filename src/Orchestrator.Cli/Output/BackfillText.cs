using System.Globalization;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Cli.Output;

/// <summary>A backfill for people: where it is, what it planned, and what became of partitions that it did not publish.</summary>
internal static class BackfillText
{
    private const int MostNamed = 20;

    public static void Write(string id, BackfillProgress progress, IReadOnlyList<BackfillOutcome> report)
    {
        Console.WriteLine($"{id}  {Line(progress)}");
        if (progress.Plan is { } plan)
        {
            Console.WriteLine($"plan:    {plan.Hash}");
            Console.WriteLine($"         {Amount.Of(plan.Count, "partition")}{(plan.Count > 0 ? $", {plan.First} to {plan.Last}" : "")}, {plan.Bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes of input, {plan.UpToDate} up to date"
                + (plan.SecondsEach is { } each ? $", about {(each * plan.Count / Math.Max(1, progress.Concurrency)).ToString("N0", CultureInfo.InvariantCulture)} s" : ", no run to estimate from")
                + (plan.CostEach is { } cost ? $", cost about {(cost * plan.Count).ToString("0.######", CultureInfo.InvariantCulture)}" : ""));
            Console.WriteLine($"why:     {string.Join(", ", plan.Reasons.Select(r => $"{r.Value} {r.Key}"))}");
            foreach (var refused in plan.Refused ?? [])
            {
                Console.WriteLine($"refused: {refused.Text}");
            }
        }

        foreach (var group in report.Where(o => o.Outcome is not "published").GroupBy(o => o.Outcome).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            WriteOutcomes(group.Key, [.. group]);
        }

        if (report.Count(o => o.Outcome is "failed" or "cancelled") - progress.Failed is > 0 and var again)
        {
            Console.WriteLine($"again:   {again} of those that failed {(again == 1 ? "runs" : "run")} again");
        }

        if (progress is { Plan.Count: > 0 and var planned } && progress.Published + progress.Skipped + progress.Failed - planned is > 0 and var more)
        {
            Console.WriteLine($"besides: {Amount.Of(more, "run")} more than planned, of partitions that read what was made");
        }

        if (progress.Phase is "awaiting approval")
        {
            Console.WriteLine($"Help: 'orchestrator backfill approve {id["backfill/".Length..]} --hash {progress.Plan!.Hash}' lets it begin.");
        }
    }

    /// <summary>Everything that counts in one line.</summary>
    public static string Line(BackfillProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{p.Phase}{(p.Reason is null ? "" : $" ({p.Reason})")}: {p.Published} published, {p.Skipped} skipped, {p.Failed} failed, {p.Held} held, {p.Left} left, {p.Running.Count} running of {p.Concurrency} at once, {p.Rows} rows{(p.Cost is { } cost ? $" from {cost.Bytes} bytes, cost {cost.Total:0.######}" : "")}{(p.BudgetCost is { } most ? $" of {most:0.######}" : "")}{(Left(p) is { } left ? $", {Pace.Text(left)}" : "")}");

    /// <summary>How long it will still take, by the runs that it has had, before those by the plan's estimate; null when it does not run.</summary>
    public static TimeSpan? Left(BackfillProgress p)
    {
        var (ended, rest) = (p.Published + p.Skipped + p.Failed + p.Held, p.Left + p.Running.Count);
        return p.Phase is not "running" || rest == 0 || (ended > 0 ? p.Seconds / ended : p.Plan?.SecondsEach) is not { } each
            ? null
            : TimeSpan.FromSeconds(each * rest / Math.Max(1, p.Concurrency));
    }

    /// <summary>Partitions by why: most that are skipped are for the same reason.</summary>
    private static void WriteOutcomes(string outcome, IReadOnlyList<BackfillOutcome> outcomes)
    {
        var reasons = outcomes.GroupBy(o => o.Reason?.Split('\n')[0] ?? "").ToArray();
        foreach (var reason in reasons.Take(MostNamed))
        {
            Console.WriteLine($"{outcome + ":",-8} {string.Join(", ", reason.Take(MostNamed).Select(o => o.Partition))}{(reason.Count() > MostNamed ? $" and {reason.Count() - MostNamed} more" : "")}: {reason.Key}");
        }

        if (reasons.Length > MostNamed)
        {
            Console.WriteLine($"{outcome + ":",-8} for {reasons.Length - MostNamed} more reasons. Help: '--json' gives the whole report.");
        }
    }
}
