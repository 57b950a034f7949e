using System.Text.Json;
using Integration.Tests.Cli;
using Lakehouse.Lineage;
using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>What runs read beside the tables of their own chain: tables that a contract refers to, and datasets of other pipelines; and what is told of it.</summary>
public sealed class InputRunTests : IDisposable
{
    private const string Day = "WHERE day = $partition_date";

    private readonly SmallWorkspace _workspace = new();

    public InputRunTests()
    {
        _workspace.Pipeline("shop", "id, customer, amount", """
            silver.customers: {key: [id]}
            silver.orders: {key: [id]}
            """);
        _workspace.Contract("shop", "silver.customers", "id BIGINT, day DATE");
        _workspace.Model("shop", "silver.customers", $"SELECT DISTINCT CAST(customer AS BIGINT) AS id, day FROM bronze.shop {Day} AND amount IS NOT NULL");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, customer BIGINT, amount BIGINT, day DATE");
        _workspace.Model("shop", "silver.orders", $"SELECT CAST(id AS BIGINT) AS id, CAST(customer AS BIGINT) AS customer, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop {Day}");
        _workspace.Day("shop", 1, "id,customer,amount\n1,7,100\n2,8,50");
        _workspace.Day("shop", 2, "id,customer,amount\n3,7,10\n4,9,");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Run_ColumnsThatTheContractGained_AreNullInEarlierPartitions()
    {
        await _workspace.RunAsync("shop", "--partition", "2024-05-01");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, customer BIGINT, amount BIGINT, day DATE, large BIGINT");
        _workspace.Model("shop", "silver.orders", $"SELECT CAST(id AS BIGINT) AS id, CAST(customer AS BIGINT) AS customer, CAST(amount AS BIGINT) AS amount, day, CAST(CAST(amount AS BIGINT) > 5 AS BIGINT) AS large FROM bronze.shop {Day}");

        await _workspace.RunAsync("shop", "--partition", "2024-05-02");

        Assert.Equal(["1|-", "2|-", "3|1", "4|-"], await _workspace.RowsAsync("id, large", "silver.orders"));
    }

    [Fact]
    public async Task Run_RowThatRefersToNothing_IsKeptAside()
    {
        await _workspace.RunAsync("shop", "--partition", "2024-05-01");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, customer BIGINT, amount BIGINT, day DATE", "    relationships: [{type: foreignKey, from: orders.customer, to: customers.id}]\n");

        await _workspace.RunAsync("shop", "--partition", "2024-05-02");

        Assert.Equal(["1", "2", "3"], await _workspace.RowsAsync("id", "silver.orders"));
        Assert.Equal(["customer.reference|2024-05-02"], await _workspace.RowsAsync("\"rule\", partition", "_quarantine.silver_orders"));
        Assert.Contains("silver.customers", Reads("silver/orders"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DatasetOfAnotherPipeline_IsReadByItsOwnPartitions()
    {
        _workspace.Day("shop", 8, "id,customer,amount\n5,7,1000");
        await _workspace.RunAsync("shop");
        _workspace.Pipeline("weekly", "week, note", "gold.weeks: {key: [customer]}", "inputs: {silver.sales: {pipeline: shop, dataset: silver.orders}}", "week");
        _workspace.Contract("weekly", "gold.weeks", "customer BIGINT, amount BIGINT, notes BIGINT, day DATE");
        _workspace.Model("weekly", "gold.weeks", "SELECT customer, CAST(sum(amount) AS BIGINT) AS amount, (SELECT count(*) FROM bronze.weekly WHERE day = $partition_date) AS notes, $partition_date AS day FROM silver.sales GROUP BY customer");
        _workspace.Write("pipelines/weekly/sample/2024-05-01.csv", "week,note\n18,x\n");
        _workspace.Write("pipelines/weekly/sample/2024-05-08.csv", "week,note\n19,x\n");

        await _workspace.RunAsync("weekly");

        Assert.Equal(["7|1000|1|2024-05-06", "7|110|1|2024-04-29", "8|50|1|2024-04-29", "9|-|1|2024-04-29"], await _workspace.RowsAsync("customer, amount, notes, day", "gold.weeks"));
        Assert.Contains("silver.orders", Reads("gold/weeks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Lineage_IsWrittenOnceAndValid()
    {
        await _workspace.RunAsync("shop", "--partition", "2024-05-01");
        var events = Events();
        var orders = events.Select(e => JsonDocument.Parse(e).RootElement).Single(e => e.GetProperty("eventType").GetString() == "COMPLETE" && e.GetProperty("job").GetProperty("name").GetString() == "shop.silver.orders");

        Assert.Equal(8, events.Length);
        Assert.Equal(
            ["amount", "id"],
            orders.GetProperty("outputs")[0].GetProperty("facets").GetProperty("columnLineage").GetProperty("fields").EnumerateObject()
                .Where(f => f.Name is "id" or "amount").Select(f => f.Value.GetProperty("inputFields")[0].GetProperty("field").GetString()!).Order());
        Assert.Equal("1", orders.GetProperty("outputs")[0].GetProperty("facets").GetProperty("version").GetProperty("datasetVersion").GetString());
        Assert.EndsWith("/lake/bronze/shop", orders.GetProperty("inputs")[0].GetProperty("name").GetString(), StringComparison.Ordinal);

        _workspace.Day("shop", 1, "id,customer,amount\n1,notanumber,100");
        Assert.NotEqual(0, (await _workspace.CallAsync("run", "pipelines/shop", "--partition", "2024-05-01")).ExitCode);
        Assert.Contains(Events().Except(events), e => e.Contains("\"eventType\":\"FAIL\"", StringComparison.Ordinal) && e.Contains("errorMessage", StringComparison.Ordinal) && !e.Contains("notanumber", StringComparison.Ordinal));

        var schema = OpenLineageSchema.Load(TestPaths.Shared("golden", "openlineage", "spec"));
        Assert.All(Events(), e => Assert.Equal([], schema.Validate(e).Select(f => f.ToString())));
    }

    private string[] Events() => [.. Directory.GetFiles(Path.Combine(_workspace.Lake, "_lineage", "shop", "2024-05-01"), "*.ndjson").SelectMany(File.ReadAllLines)];

    /// <summary>What the newest commit of a table says it was made from.</summary>
    private string Reads(string table) => JsonDocument.Parse(File.ReadLines(Directory.GetFiles(Path.Combine(_workspace.Lake, table, "_delta_log"), "*.json").Order(StringComparer.Ordinal).Last()).Single(l => l.Contains("commitInfo", StringComparison.Ordinal)))
        .RootElement.GetProperty("commitInfo").GetProperty("reads").GetRawText();
}
