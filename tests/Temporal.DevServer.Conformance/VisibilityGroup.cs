using System.Text.Json.Nodes;
using Temporal.DevServer.Conformance.Visibility;

namespace Temporal.DevServer.Conformance;

/// <summary>Recorded lists and counts of the folder <c>visibility</c>, over a population made anew on a server of its own.</summary>
public static class VisibilityGroup
{
    /// <summary>Runs the cases whose id contains the filter.</summary>
    public static async Task<GroupResult> RunAsync(string folder, string filter = "")
    {
        JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!;
        var recorded = Read("population.json");
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions());
        using var client = new WireClient(server.Address);
        var ns = new GoldenNamespace(client);
        await ns.RegisterAsync(recorded["searchAttributeTypes"]!.AsObject());
        var population = await Population.CreateAsync(recorded, ns);
        var cases = new CaseList(filter);
        var queries = new QueryCases(ns, population, cases);
        foreach (var line in File.ReadLines(Path.Combine(folder, "queries.jsonl")))
        {
            await queries.RunAsync(JsonNode.Parse(line)!.AsObject());
        }

        await queries.CountsAsync(Read("count.json")["counts"]!.AsArray());
        var pages = Read("paging-and-legacy.json");
        await queries.PagesAsync(pages["paging"]!.AsArray());
        await queries.PagesAsync(pages["legacy"]!.AsArray());
        var other = new OtherCases(ns, population, cases);
        await other.ExecutionsAsync(Read("executions-full.json")["executions"]!.AsObject());
        await other.AttributesAsync(Read("search-attributes.json"));
        await other.DeletionAsync(Read("delete-and-delay.json"));
        return new GroupResult("visibility", cases.Total, cases.Failed);
    }
}
