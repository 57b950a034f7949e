using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Workflows;

/// <summary>The page of a run that the Web UI shows: what it does, where its rows are, what waits for whom. Markdown.</summary>
internal static class RunPage
{
    public static string Write(string step, IReadOnlyList<string> done, IEnumerable<StagedData> staged, IReadOnlyList<DatasetResult> published, IEnumerable<Hold> holds, IEnumerable<string> waiting)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"**Now:** {step}\n\n");
        foreach (var wait in waiting)
        {
            page.Append(CultureInfo.InvariantCulture, $"**Waiting:** {wait}\n\n");
        }

        foreach (var hold in holds)
        {
            page.Append(CultureInfo.InvariantCulture, $"**Held: `{hold.Dataset}`** (hold {hold.Version}) since {hold.RaisedAt:u} until {hold.ExpiresAt:u}\n\n```\n{hold.Problem}\n```\n\n");
            page.Append(CultureInfo.InvariantCulture, $"Decide with the update `approve`, `reject`, `retry` or `waive`; {string.Join(", ", hold.Approvers)} may.\n\n");
        }

        var rows = staged.OrderBy(s => s.Dataset, StringComparer.Ordinal).ToArray();
        if (rows.Length > 0)
        {
            page.Append("| dataset | read | published | quarantined | dropped | version |\n|---|---|---|---|---|---|\n");
            foreach (var s in rows)
            {
                var version = published.FirstOrDefault(p => p.Dataset == s.Dataset)?.Version;
                page.Append(CultureInfo.InvariantCulture, $"| {s.Dataset} | {s.Counts.Read} | {s.Counts.Published} | {s.Counts.Quarantined} | {s.Counts.Dropped.Values.Sum()} | {version?.ToString(CultureInfo.InvariantCulture) ?? "staged"} |\n");
            }

            page.Append('\n');
        }

        foreach (var note in rows.SelectMany(r => r.LastGood ?? []))
        {
            page.Append(CultureInfo.InvariantCulture, $"Note: {note}\n\n");
        }

        return page.Append(CultureInfo.InvariantCulture, $"Done: {(done.Count == 0 ? "nothing yet" : string.Join(", ", done))}\n").ToString();
    }
}
