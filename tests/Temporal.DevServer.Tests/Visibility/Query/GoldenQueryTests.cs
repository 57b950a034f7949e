using System.Globalization;
using System.Text.Json.Nodes;
using Temporal.DevServer.Visibility.Query;

namespace Temporal.DevServer.Tests.Visibility.Query;

/// <summary>Every recorded query over the recorded runs, judged as the recording's README tells.</summary>
public sealed class GoldenQueryTests
{
    [Fact]
    public void List_OfEveryRecordedQuery_FindsTheRecordedRunsOrError()
    {
        var population = Population.Load();
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(Population.Folder, "queries.jsonl")).Select(line => JsonNode.Parse(line)!))
        {
            var query = population.Fill(Written(line));
            var seen = Outcome(() => string.Join(" | ", population.List(query)));
            string?[] accepted = [Expected(line, "ids", population), Expected(line, "alternative", population)];
            if (!accepted.Contains(seen))
            {
                wrong.Add($"{line["id"]} {query}\n  expected {accepted[0]}\n  seen     {seen}");
            }

            var counted = Outcome(() => population.Index.Count(BoundQuery.Parse(query, population.Attributes)).Count.ToString());
            var listed = seen.StartsWith("error", StringComparison.Ordinal) ? seen : seen.Length == 0 ? "0" : (seen.Count(c => c == '|') + 1).ToString();
            if (counted != listed)
            {
                wrong.Add($"{line["id"]} {query}\n  counted {counted}\n  listed  {listed}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Count_OfEveryRecordedQuery_GivesTheRecordedGroupsOrError()
    {
        var population = Population.Load();
        var wrong = new List<string>();
        foreach (var vector in Read("count.json")["counts"]!.AsArray())
        {
            var query = vector!["query"]!.GetValue<string>();
            var response = vector["response"]!;
            var expected = response["error"] is { } error
                ? $"error {error["message"]}"
                : Sorted(long.Parse(response["count"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture), response["groups"]?.AsArray().Select(g => $"{g!["decoded"]![0]}={g["count"]}") ?? []);
            var seen = Outcome(() =>
            {
                var count = population.Index.Count(BoundQuery.Parse(query, population.Attributes));
                return Sorted(count.Count, count.Groups.Select(g => $"{g.Key}={g.Value}"));
            });
            if (seen != expected)
            {
                wrong.Add($"{query}\n  expected {expected}\n  seen     {seen}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void List_OfTheRecordedPages_ContinuesAsRecorded()
    {
        var population = Population.Load();
        byte[] token = [];
        foreach (var vector in Read("paging-and-legacy.json")["paging"]!.AsArray())
        {
            var request = vector!["request"]!;
            var size = (int?)request["pageSize"] ?? 0;
            if (vector["ids"] is not JsonArray ids)
            {
                continue; // errors of the frontend's own checks
            }

            var query = BoundQuery.Parse(request["query"]!.GetValue<string>(), population.Attributes);
            var start = request["nextPageToken"] is null ? [] : token;
            var page = population.Index.List(query, size <= 0 ? 1000 : size, start);
            Assert.Equal(ids.Select(id => id!.GetValue<string>()), population.Names(page.Runs));
            Assert.Equal((bool)vector["hasNextPageToken"]!, page.NextPageToken.Length > 0);
            if (vector["name"]!.GetValue<string>() is "page size 5, first" or "second page again with the same token")
            {
                token = page.NextPageToken;
            }
            else if (vector["name"]!.GetValue<string>() == "third page (last, 3 rows)")
            {
                token = population.Index.List(query, 5).NextPageToken;
            }
        }
    }

    private static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Population.Folder, file)))!;

    private static string Sorted(long count, IEnumerable<string> groups) => $"{count}: {string.Join(", ", groups.Order(StringComparer.Ordinal))}";

    private static string Written(JsonNode line) => line["query"]!.GetValue<string>() switch
    {
        var q when q.StartsWith("WorkflowId IN ('wf-0000'", StringComparison.Ordinal) =>
            $"WorkflowId IN ({string.Join(", ", Enumerable.Range(0, 2000).Select(n => $"'wf-{n:D4}'"))}, 'wf-001')",
        var q when q.Contains("400 terms", StringComparison.Ordinal) => string.Join(" OR ", Enumerable.Range(1, 400).Select(n => $"WorkflowId = 'wf-{n:D3}'")),
        var q when q.StartsWith("300 nested", StringComparison.Ordinal) => new string('(', 300) + "WorkflowId = 'wf-001'" + new string(')', 300),
        var q => q,
    };

    private static string? Expected(JsonNode line, string name, Population population) => line[name] switch
    {
        JsonArray ids => string.Join(" | ", ids.Select(id => id!.GetValue<string>())),
        JsonValue => string.Join(" | ", population.DefaultOrder),
        _ => name == "ids" ? $"error {line["error"]!["message"]}" : null,
    };

    private static string Outcome(Func<string> run)
    {
        try
        {
            return run();
        }
        catch (VisibilityQueryException e)
        {
            return $"error {e.Message}";
        }
    }
}
