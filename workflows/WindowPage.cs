using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Workflows;

/// <summary>The page of a window that the Web UI shows: where it is, how late data came, what was made again. Markdown.</summary>
internal static class WindowPage
{
    public static string Write(WindowState state)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"**{state.Phase.ToString().ToLowerInvariant()}**: {state.Now}\n\n");
        if (state.Policy is { } policy)
        {
            page.Append(CultureInfo.InvariantCulture, $"Ends {policy.EndsAt:u}, complete at watermark {policy.CompleteAt:u} (now {state.Watermark?.ToString("u", CultureInfo.InvariantCulture) ?? "none"}), ");
            page.Append(state.SealedAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"sealed {at:u}") : string.Create(CultureInfo.InvariantCulture, $"seals {policy.SealsAt:u}")).Append("\n\n");
        }

        page.Append("| arrivals | pending | equal values | late | after the seal | restates | rows |\n|---|---|---|---|---|---|---|\n");
        page.Append(CultureInfo.InvariantCulture, $"| {state.Arrivals} | {state.Pending.Count} | {state.EqualValues} | {state.LateArrivals} | {state.Corrections} | {state.RestateCount} | {state.RestatedRows} |\n\n");
        if (state.Lateness is { } late)
        {
            page.Append(CultureInfo.InvariantCulture, $"Lateness: half within {TimeSpan.FromSeconds(late.P50):c}, 9 in 10 within {TimeSpan.FromSeconds(late.P90):c}, at most {TimeSpan.FromSeconds(late.Max):c}\n\n");
        }

        foreach (var restate in state.Restates.TakeLast(5))
        {
            page.Append(CultureInfo.InvariantCulture, $"- {restate.At:u}: {string.Join(", ", restate.Partitions.Take(10))}: {restate.Published} published, {restate.Failed} failed, {restate.Held} held, {restate.Rows} rows\n");
        }

        foreach (var gone in state.Gone)
        {
            page.Append(CultureInfo.InvariantCulture, $"- gone: `{gone}`; its rows stay\n");
        }

        return page.ToString();
    }
}
