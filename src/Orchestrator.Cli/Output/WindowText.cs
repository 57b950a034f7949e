using System.Globalization;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Cli.Output;

/// <summary>Windows of partitions as text.</summary>
internal static class WindowText
{
    public static void Write(IReadOnlyList<WindowState> states) => TableText.Write(
        ["partition", "window", "arrivals", "pending", "equal", "late", "after seal", "restates", "rows", "lateness p50", "p90", "max", "seals (UTC)"],
        [.. states.Select(s => (IReadOnlyList<object?>)
            [s.Partition, s.Phase.ToString().ToLowerInvariant(), s.Arrivals, s.Pending.Count, s.EqualValues, s.LateArrivals, s.Corrections, s.RestateCount, s.RestatedRows, Time(s.Lateness?.P50), Time(s.Lateness?.P90), Time(s.Lateness?.Max), s.SealedAt ?? s.Policy?.SealsAt])]);

    public static void WriteDetails(WindowState state)
    {
        if (state.Restates.Count > 0)
        {
            Console.WriteLine();
            TableText.Write(
                ["restated (UTC)", "partitions", "published", "failed", "held", "rows"],
                [.. state.Restates.Select(r => (IReadOnlyList<object?>)[r.At, string.Join(", ", r.Partitions), r.Published, r.Failed, r.Held, r.Rows])]);
        }

        foreach (var extension in state.Extensions)
        {
            Console.WriteLine($"extended until {extension.Until:u} by {extension.By}: {extension.Reason}");
        }

        foreach (var gone in state.Gone)
        {
            Console.WriteLine($"gone: {gone}; its rows stay");
        }
    }

    private static string? Time(double? seconds) => seconds is not { } s ? null : string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(s) switch
    {
        < 120 => $"{s:0} s",
        < 7200 => $"{s / 60:0} min",
        < 172_800 => $"{s / 3600:0.#} h",
        _ => $"{s / 86_400:0.#} d",
    }}");
}
