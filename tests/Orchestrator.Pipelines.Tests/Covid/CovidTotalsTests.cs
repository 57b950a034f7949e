using System.Globalization;
using Lakehouse.Quality;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Sources;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Covid;

public sealed class CovidTotalsTests
{
    private static readonly string Folder = TestPaths.InRepo("pipelines", "covid");

    /// <summary>The figures in <c>tests/totals.yaml</c> were worked out from the raw files without this SQL.</summary>
    [Fact]
    public async Task SampleDays_GiveTheGoldenTotals()
    {
        var spec = PipelineLoader.Load(Folder);
        var found = (await spec.Sources["daily"].DiscoverAsync(spec.Partitioning)).Partitions;
        using var lake = new CovidLake(spec, found);
        lake.MakeSilver(found[0].Partition, found[^1].Partition);
        lake.MakeGold(found[0].Partition, found[^1].Partition);

        var days = YamlReader.Read(File.ReadAllText(Path.Combine(Folder, "tests", "totals.yaml")), out _)!["totals"]!.Items;

        Assert.Equal(2, days.Count);
        foreach (var day in days)
        {
            var on = $"WHERE report_date = DATE '{day["partition"]!.Text}'";
            var uri = DateOnly.Parse(day["partition"]!.Text, CultureInfo.InvariantCulture).ToString("MM-dd-yyyy", CultureInfo.InvariantCulture) + ".csv";
            Assert.Equal(day["header"]!.Text, lake.Headers[day["partition"]!.Text]);
            Assert.Equal(
                Numbers(day["rows"]!, "read", "quarantined", "dropped", "published"),
                [
                    lake.Count($"SELECT count(*) FROM bronze.daily_reports {on}"),
                    lake.Count($"SELECT count(*) FROM quarantine WHERE source_uri = '{uri}'"),
                    lake.Count($"SELECT count(*) FROM modelled {on}") - lake.Count($"SELECT count(*) FROM quarantine WHERE source_uri = '{uri}'") - lake.Count($"SELECT count(*) FROM silver.cases {on}"),
                    lake.Count($"SELECT count(*) FROM silver.cases {on}"),
                ]);
            Assert.Equal(
                day["dropped"]!.Items.Select(d => long.Parse(d["row"]!.Text, CultureInfo.InvariantCulture)),
                lake.Query($"SELECT _source_row FROM modelled ANTI JOIN silver.cases USING (_source_uri, _source_row) {on} ORDER BY 1").Select(r => (long)r[0]!));
            Assert.Equal(Numbers(day["as_reported"]!), Sums(lake, $"modelled {on}"));
            Assert.Equal(Numbers(day["world"]!), Sums(lake, $"silver.cases {on}"));
            Assert.Equal(Numbers(day["world"]!), Sums(lake, $"gold.country_daily {on}"));
            foreach (var country in day["countries"]!.Items)
            {
                CheckCountry(lake, country, on);
            }
        }
    }

    /// <summary>A day made alone, with only the days that it looks back on, is the day made with all others.</summary>
    [Fact]
    public async Task GoldDay_MadeAlone_EqualsTheDayMadeWithAll()
    {
        var spec = PipelineLoader.Load(Folder);
        var found = (await spec.Sources["daily"].DiscoverAsync(spec.Partitioning)).Partitions;
        var day = spec.Partitioning.Calendar.Parse("2020-03-22");
        using var all = new CovidLake(spec, found);
        all.MakeSilver(found[0].Partition, found[^1].Partition);
        all.MakeGold(found[0].Partition, found[^1].Partition);
        using var alone = new CovidLake(spec, found.Where(p => spec.Partitioning.Calendar.Distance(p.Partition, day) is >= 0 and <= 6));
        alone.MakeSilver(spec.Partitioning.Calendar.Add(day, -6), day);
        alone.MakeGold(day, day);

        const string Rows = "SELECT * FROM gold.country_daily WHERE report_date = DATE '2020-03-22' ORDER BY country";

        Assert.Equal(all.Query(Rows), alone.Query(Rows));
        Assert.Equal(167, alone.Query(Rows).Count);
    }

    /// <summary>All 139 days that are known: every header fits, no model fails, no row is lost or doubled.</summary>
    [Fact]
    public async Task AllKnownDays_FitTheContract_AndConserveEveryRow()
    {
        var daily = TestPaths.Shared("data", "covid-daily", "daily");
        var spec = PipelineLoader.Load(Folder, new PipelineOverrides { SourcePaths = new Dictionary<string, string> { ["daily"] = daily + "/{MM}-{dd}-{yyyy}.csv" } });
        var found = await spec.Sources["daily"].DiscoverAsync(spec.Partitioning);
        Assert.True(found.Partitions.Count >= 139, $"Expected at least 139 days, seen {found.Partitions.Count}.");
        using var lake = new CovidLake(spec, found.Partitions);

        var silver = lake.MakeSilver(found.Partitions[0].Partition, found.Partitions[^1].Partition);
        var gold = lake.MakeGold(found.Partitions[0].Partition, found.Partitions[^1].Partition);

        Assert.Equal((0, 0), (lake.Rejected, gold.Quarantined));
        Assert.Equal(CheckOutcome.Passed, gold.Outcome);
        Assert.DoesNotContain(silver.Results, r => r.Status == CheckStatus.Broken || (r.Offenders > 0 && r.Rule != "active.minimum"));
        Assert.Equal(["2020-01", "2020-03-22"], lake.Headers.Values.Distinct());
        Assert.Empty(lake.Query("""
            SELECT report_date, count(*) FILTER (side = 'bronze'), count(*) FILTER (side = 'silver')
            FROM (SELECT report_date, _source_uri, _source_row, 'bronze' AS side FROM bronze.daily_reports
                  UNION ALL SELECT report_date, _source_uri, _source_row, 'silver' FROM modelled)
            GROUP BY report_date, _source_uri, _source_row HAVING count(*) FILTER (side = 'bronze') <> 1 OR count(*) FILTER (side = 'silver') <> 1
            """));
        Assert.Equal(lake.Count("SELECT count(*) FROM bronze.daily_reports"), lake.Count("SELECT count(*) FROM modelled"));
        Assert.Equal(0, lake.Count("SELECT count(*) FROM modelled WHERE last_update IS NULL OR country IS NULL OR confirmed IS NULL OR deaths IS NULL OR recovered IS NULL"));

        // What is quarantined is quarantined for a negative active count and for nothing else.
        Assert.Equal(lake.Count("SELECT count(*) FROM modelled WHERE active < 0"), silver.Quarantined);
        Assert.Equal(DateOnly.Parse("2020-04-12", CultureInfo.InvariantCulture), lake.Query("SELECT min(report_date) FROM modelled WHERE active < 0")[0][0]);

        // A place that changed its name is one place: from its first day on, a country misses days only where the source left it out.
        Assert.Empty(lake.Query("SELECT DISTINCT country FROM silver.cases WHERE country IN ('Mainland China', 'South Korea', 'UK', 'Others', 'Cruise Ship', 'Hong Kong', 'The Bahamas', 'Palestine', 'Puerto Rico')"));
        Assert.Equal(lake.Count("SELECT count(DISTINCT report_date) FROM bronze.daily_reports"), lake.Count("SELECT count(*) FROM gold.country_daily WHERE country = 'Korea, South'"));
        Assert.Equal(lake.Count("SELECT count(DISTINCT (report_date, place_key)) FROM silver.cases"), lake.Count("SELECT count(*) FROM silver.cases"));
    }

    private static void CheckCountry(CovidLake lake, YamlValue country, string on)
    {
        var columns = country.Entries.Select(e => e.Key).Where(k => k != "country").ToList();
        var row = Assert.Single(lake.Query($"SELECT {string.Join(", ", columns)} FROM gold.country_daily {on} AND country = '{country["country"]!.Text}'"));
        Assert.Equal(columns.Select(c => country[c]!.AsDouble()), row.Select(v => (double?)Convert.ToDouble(v, CultureInfo.InvariantCulture)));
    }

    private static List<long> Sums(CovidLake lake, string from)
    {
        var row = lake.Query($"SELECT sum(confirmed)::BIGINT, sum(deaths)::BIGINT, sum(recovered)::BIGINT FROM {from}")[0];
        return [(long)row[0]!, (long)row[1]!, (long)row[2]!];
    }

    private static List<long> Numbers(YamlValue map, params string[] keys) =>
        [.. (keys.Length == 0 ? ["confirmed", "deaths", "recovered"] : keys).Select(k => long.Parse(map[k]!.Text, CultureInfo.InvariantCulture))];
}
