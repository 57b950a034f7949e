using System.Text.Json;
using Integration.Tests.Cli;
using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>The second pipeline: cancellations that refer to earlier days, exact duplicates, guests, days without file.</summary>
public sealed class RetailTests : IDisposable
{
    private readonly List<TempDir> _folders = [];

    public void Dispose() => _folders.ForEach(f => f.Dispose());

    [Fact]
    public async Task Run_OfTheSample_GivesTheFiguresOfTheRawFilesAndThenHasNothingToDo()
    {
        var root = Workspace();

        var summary = await RunAsync(root);

        Assert.Equal((12, 0), (summary.GetProperty("done").GetInt32(), summary.GetProperty("failed").GetInt32()));
        var orders = Dataset(summary, "silver.orders");
        Assert.Equal(17_700, orders.GetProperty("read").GetInt64());
        Assert.Equal(17_612, orders.GetProperty("published").GetInt64());
        Assert.Equal(88, orders.GetProperty("dropped").GetProperty("exact_line_stays_once").GetInt64());
        Assert.Equal(0, orders.GetProperty("quarantined").GetInt64());

        const string PerDay = """
            select cast(order_date as varchar) as day, cast(sum(lines_sold) as bigint), cast(sum(guest_lines) as bigint), cast(sum(adjustments) as bigint),
                cast(sum(lines_cancelled) as bigint), cast(sum(cancelled_with_order) as bigint),
                cast(sum(sales) as varchar), cast(sum(cancelled) as varchar), cast(sum(net_sales) as varchar)
            from gold.daily_sales group by all order by 1
            """;
        Assert.Equal(FromRawFiles(root), (await QueryAsync(root, PerDay)).Select(Text));
        Assert.Equal(
            ["12|60|3"],
            (await QueryAsync(root, "select count(distinct order_date), count(distinct customer_group), max(length(customer_group)) from silver.orders")).Select(Text));
        Assert.Equal(["124"], (await QueryAsync(root, "select count(*) from silver.cancellations where ordered_on < order_date")).Select(Text));

        var again = (await OrchestratorProcess.RunAsync(root, "run", "pipelines/retail")).ShouldSucceed();
        Assert.Contains("nothing to do", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfTheSample_KeepsWhatProductsWereCalledAndRollsMonthsUp()
    {
        var root = Workspace();
        CovidWorkspace.Copy(TestPaths.InRepo("pipelines", "retail_monthly"), Path.Combine(root, "pipelines", "retail_monthly"));
        await RunAsync(root);

        (await OrchestratorProcess.RunAsync(root, "run", "pipelines/retail_monthly")).ShouldSucceed();

        Assert.Equal(
            RawQuery(root, """
                WITH named AS (SELECT upper(StockCode) AS code, day, mode(Description ORDER BY Description) AS name FROM (SELECT StockCode, day, trim(Description) AS Description FROM raw WHERE NOT cancelled AND q > 0 AND p > 0 AND trim(Description) <> '') GROUP BY ALL),
                states AS (SELECT * FROM named QUALIFY name IS DISTINCT FROM lag(name) OVER (PARTITION BY code ORDER BY day))
                SELECT code, name, day, coalesce(lead(day) OVER (PARTITION BY code ORDER BY day), '') FROM states ORDER BY ALL
                """),
            (await QueryAsync(root, "select stock_code, description, cast(valid_from as varchar), coalesce(cast(valid_to as varchar), '') from silver.products order by all")).Select(Text));
        Assert.Equal(
            RawQuery(root, """
                SELECT left(day, 7) AS month, count(DISTINCT day), count(DISTINCT InvoiceNo) FILTER (WHERE NOT cancelled AND q > 0 AND p > 0),
                    CAST(sum(CASE WHEN cancelled OR (q > 0 AND p > 0) THEN q * p ELSE 0 END) AS VARCHAR)
                FROM raw GROUP BY ALL ORDER BY ALL
                """),
            (await QueryAsync(root, "select left(cast(month as varchar), 7), max(trading_days), cast(sum(invoices) as bigint), cast(sum(net_sales) as varchar) from gold.monthly_sales group by month order by month")).Select(Text));
    }

    [Fact]
    public async Task Run_OfAnOrderThatIsGone_LeavesItsCancellationWithoutOne()
    {
        string[] days = ["2010-12-16", "2010-12-17", "2010-12-19", "2010-12-20"];
        var root = Workspace(days);
        await RunAsync(root);
        const string Found = "select order_line_key from silver.cancellations where order_date = '2010-12-20' and ordered_on = '2010-12-17' order by _source_row limit 1";
        var key = (await QueryAsync(root, Found)).Select(Text).Single();
        var row = int.Parse((await QueryAsync(root, $"select _source_row from silver.orders where line_key = '{key}'")).Select(Text).Single(), System.Globalization.CultureInfo.InvariantCulture);
        Change(root, row);

        await RunAsync(root);

        var fresh = Workspace(days);
        Change(fresh, row);
        await RunAsync(fresh);
        foreach (var rows in new[] { "silver.orders", "silver.cancellations", "gold.daily_sales" }.Select(t => $"select * from {t} order by all"))
        {
            Assert.Equal((await QueryAsync(fresh, rows)).Select(Text), (await QueryAsync(root, rows)).Select(Text));
        }

        Assert.DoesNotContain(key, (await QueryAsync(root, "select order_line_key from silver.cancellations where order_line_key is not null")).Select(Text));
    }

    [Fact]
    public async Task Test_OfThePipelinesFixtures_Passes() =>
        (await OrchestratorProcess.RunAsync(TestPaths.Repo, "test", "pipelines/retail")).ShouldSucceed();

    /// <summary>Takes one line out of the file of 2010-12-17; <paramref name="row"/> counts from 1 behind the header.</summary>
    private static void Change(string root, int row)
    {
        var file = Path.Combine(root, "pipelines", "retail", "sample", "2010-12-17.csv");
        File.WriteAllLines(file, File.ReadAllLines(file).Where((_, i) => i != row));
    }

    /// <summary>The figures per day as the raw files have them, by other statements than the models': distinct lines, then one question per cancelled line.</summary>
    private static IReadOnlyList<string> FromRawFiles(string root) =>
        RawQuery(root, """
            WITH answered AS (SELECT *, cancelled AND EXISTS (
                SELECT 1 FROM raw o WHERE NOT o.cancelled AND o.q > 0 AND o.p > 0 AND o.CustomerID = r.CustomerID AND upper(o.StockCode) = upper(r.StockCode) AND o.p = r.p AND o.q >= -r.q
                AND o.InvoiceDate <= r.InvoiceDate AND CAST(r.day AS DATE) - CAST(o.day AS DATE) <= 30) AS found
            FROM raw r)
            SELECT day, count(*) FILTER (WHERE NOT cancelled AND q > 0 AND p > 0), count(*) FILTER (WHERE NOT cancelled AND q > 0 AND p > 0 AND CustomerID IS NULL),
                count(*) FILTER (WHERE NOT cancelled AND NOT (q > 0 AND p > 0)), count(*) FILTER (WHERE cancelled), count(*) FILTER (WHERE found),
                CAST(sum(CASE WHEN NOT cancelled AND q > 0 AND p > 0 THEN q * p ELSE 0 END) AS VARCHAR), CAST(-sum(CASE WHEN cancelled THEN q * p ELSE 0 END) AS VARCHAR),
                CAST(sum(CASE WHEN cancelled OR (q > 0 AND p > 0) THEN q * p ELSE 0 END) AS VARCHAR)
            FROM answered GROUP BY day ORDER BY day
            """);

    /// <summary>Rows of a statement over the distinct lines of the raw files, the table <c>raw</c>.</summary>
    private static IReadOnlyList<string> RawQuery(string root, string sql)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var files = SqlIdentifier.Literal(Path.Combine(root, "pipelines", "retail", "sample", "*.csv"));
        connection.Execute($"""
            CREATE TABLE raw AS SELECT DISTINCT *, left(InvoiceDate, 10) AS day, CAST(Quantity AS BIGINT) AS q, CAST(UnitPrice AS DECIMAL(12,3)) AS p, InvoiceNo LIKE 'C%' AS cancelled
            FROM read_csv({files}, all_varchar = true, header = true)
            """);
        return [.. connection.Query(sql).Rows.Select(r => string.Join('|', r))];
    }

    private static async Task<JsonElement> RunAsync(string root) =>
        CovidWorkspace.Parse((await OrchestratorProcess.RunAsync(root, "run", "pipelines/retail", "--json")).ShouldSucceed().Output);

    private static async Task<IReadOnlyList<JsonElement>> QueryAsync(string root, string sql) =>
        [.. CovidWorkspace.Parse((await OrchestratorProcess.RunAsync(root, "query", sql, "--json")).ShouldSucceed().Output).GetProperty("rows").EnumerateArray()];

    /// <summary>A row without the place of its file, which differs from workspace to workspace.</summary>
    private static string Text(JsonElement row) => string.Join('|', row.EnumerateArray().Select(v => v.ToString()).Where(v => !v.EndsWith(".csv", StringComparison.Ordinal)));

    private static JsonElement Dataset(JsonElement summary, string name) =>
        summary.GetProperty("datasets").EnumerateArray().Single(d => d.GetProperty("dataset").GetString() == name);

    /// <summary>A folder with a copy of the pipeline and of the given days; all days by default.</summary>
    private string Workspace(params string[] days)
    {
        var folder = new TempDir();
        _folders.Add(folder);
        CovidWorkspace.Copy(TestPaths.InRepo("pipelines", "retail"), folder.At("pipelines", "retail"));
        foreach (var file in Directory.GetFiles(folder.At("pipelines", "retail", "sample"), "*.csv").Where(f => days.Length > 0 && !days.Contains(Path.GetFileNameWithoutExtension(f))))
        {
            File.Delete(file);
        }

        return folder.Root;
    }
}
