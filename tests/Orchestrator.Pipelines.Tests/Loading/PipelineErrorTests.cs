using System.Globalization;

namespace Orchestrator.Pipelines.Tests.Loading;

/// <summary>One fault at a time: each gives exactly one error, at its place, with a help text where one helps.</summary>
public sealed class PipelineErrorTests
{
    [Theory]
    // structure
    [InlineData("pipeline.yaml", "owner: sales-data\n", "", "1:1", "'owner' is missing", "every pipeline names who answers for it")]
    [InlineData("pipeline.yaml", "owner: sales-data", "owner: [a]", "2:8", "owner: wrong value", "seen: a list of 1")]
    [InlineData("pipeline.yaml", "owner: sales-data", "owner: 7", "2:8", "owner: wrong value", "write it in quotes: '7'")]
    [InlineData("pipeline.yaml", "    key: [id]", "    key: [id]\n    pii: {}", "16:5", "'pii' is not supported by this version", "remove the key")]
    [InlineData("pipeline.yaml", "  spill: 1GiB", "  spil: 1GiB\n  spill: 1GiB", "26:3", "unknown key 'spil'", null)]
    [InlineData("pipeline.yaml", "    rows: conserve", "    row: conserve", "16:5", "unknown key 'row'", "did you mean 'rows'?")]
    [InlineData("pipeline.yaml", "    key: [id]", "    key: [id]\n    merge: replce", "16:12", "wrong value", "did you mean 'replace'?")]
    [InlineData("pipeline.yaml", "  unit: day", "  unit: year", "4:9", "'year' is not supported by this version", "one of 'hour', 'day'")]
    [InlineData("pipeline.yaml", "{lookback: 2}", "{lookback: -1}", "22:33", "wrong value", "a whole number from 0")]
    [InlineData("pipeline.yaml", "run_timeout: 1h30m", "run_timeout: 90", "24:16", "wrong value", "a duration above zero")]
    [InlineData("pipeline.yaml", "memory: 256MB", "memory: 256", "25:11", "wrong value", "a size with its unit")]
    [InlineData("pipeline.yaml", "memory: 256MB", "memory: 1MB", "25:11", "too little memory", "at least '32MB'")]
    [InlineData("pipeline.yaml", "run_timeout: 1h30m", "run_timeout: 1h30m\n  step_timeout: 2h", "25:17", "a step may take longer", "seen: '2h'")]
    [InlineData("pipeline.yaml", "limits:\n  run_timeout: 1h30m\n  memory: 256MB\n  spill: 1GiB\n  input_bytes: 1.5GB\n", "", "1:1", "'limits' is missing", "a pipeline without limits is refused")]
    [InlineData("pipeline.yaml", "owner: sales-data", "owner: sales-data\nowner: me", "3:1", "the key 'owner' is already given on line 2", null)]
    [InlineData("pipeline.yaml", "owner: sales-data", "owner: sales-data\ntenant: a1234567890123456789012345678901234567890123456789012345678901234", "3:9", "tenant: wrong value", "at most 64")]
    [InlineData("pipeline.yaml", "limits:\n", "limits:\n  <<: 5\n", "24:3", "'<<' merges mappings, this is 5", null)]
    [InlineData("pipeline.yaml", "    rows: conserve", "\trows: conserve", "16:1", "not readable as YAML", "tab")]
    // partitioning
    [InlineData("pipeline.yaml", "Europe/Berlin", "CET", "7:14", "time zone 'CET' is ambiguous", "abbreviations and offsets say nothing")]
    [InlineData("pipeline.yaml", "Europe/Berlin", "Etc/GMT+5", "7:14", "time zone 'Etc/GMT+5' is ambiguous", "five hours behind")]
    [InlineData("pipeline.yaml", "Europe/Berlin", "Europe/Berlim", "7:14", "time zone 'Europe/Berlim' is not known", "did you mean 'Europe/Berlin'?")]
    [InlineData("pipeline.yaml", "start: 2024-01-01", "start: 2024-02-30", "6:10", "not a partition of the pipeline", "expected: yyyy-MM-dd")]
    [InlineData("pipeline.yaml", "start: 2024-01-01", "start: 2024-01-01\n  end: 2024-01-01", "7:8", "ends before it starts", "a partition after '2024-01-01'")]
    [InlineData("pipeline.yaml", "start: 2024-01-01", "start: 2024-01-01\n  values: [a]", "7:11", "'values' are the partitions of unit 'list'", "remove the key")]
    // sources
    [InlineData("pipeline.yaml", "{yyyy}-{MM}-{dd}.csv", "{yyyy}-{MM}.csv", "10:11", "{dd} missing for unit 'day'", null)]
    [InlineData("pipeline.yaml", "in/{yyyy}-{MM}-{dd}.csv", "in/{yyyy}-{MM}-{dd}.csv\n    format: jsonn", "11:13", "wrong value", "did you mean 'jsonl'?")]
    [InlineData("pipeline.yaml", "in/{yyyy}-{MM}-{dd}.csv", "in/{yyyy}-{MM}-{dd}.xlsx\n    format: excel", "11:13", "'excel' is not supported by this version", "one of 'csv', 'jsonl', 'parquet'")]
    [InlineData("pipeline.yaml", "in/{yyyy}-{MM}-{dd}.csv", "ftp://in/{yyyy}-{MM}-{dd}.csv", "10:11", "no store that files are read from", null)]
    [InlineData("pipeline.yaml", "source: orders", "source: order", "13:13", "there is no source 'order'", "did you mean 'orders'?", 2)]
    [InlineData("pipeline.yaml", "sources:\n", "sources:\n  spare:\n    path: '{yyyy}{MM}{dd}'\n", "9:3", "source 'spare' is loaded by no dataset", "remove the source")]
    // datasets
    [InlineData("pipeline.yaml", "  gold.totals:", "  totals:", "20:3", "'totals' is not a good name here", "a layer ('bronze', 'bronze_restricted', 'silver' or 'gold')")]
    [InlineData("pipeline.yaml", "  gold.totals:", "  platinum.totals:", "20:3", "'platinum.totals' is not a good name here", "a layer ('bronze', 'bronze_restricted', 'silver' or 'gold')")]
    [InlineData("pipeline.yaml", "    key: [id]", "    key: [idd]", "15:11", "key column 'idd' is not in the contract of 'silver.orders'", "did you mean 'id'?")]
    [InlineData("pipeline.yaml", "amount desc nulls first", "amonut desc", "19:18", "column of order_by 'amonut' is not in the contract", "did you mean 'amount'?")]
    [InlineData("pipeline.yaml", "    key: [id]\n", "", "17:7", "drops rows with equal key but has no key", null)]
    [InlineData("pipeline.yaml", "    key: [id]", "    key: [id]\n    partition_column: dy", "16:23", "partition column 'dy' is not in the contract", null)]
    [InlineData("pipeline.yaml", "    rows: conserve", "    rows: conserve\n    model: models/silver.order.sql", "17:12", "the model of 'silver.orders' is missing", "did you mean 'models/silver.orders.sql'?")]
    [InlineData("pipeline.yaml", "    rows: conserve", "    rows: conserve\n    contract: contracts/none.yaml", "17:15", "the contract of 'silver.orders' is missing", "every dataset has a data contract")]
    [InlineData("pipeline.yaml", "    source: orders", "    source: orders\n    model: models/gold.totals.sql", "14:12", "not both", "remove 'source' or 'model'")]
    [InlineData("pipeline.yaml", "    rows: conserve", "    rows: conserve\n    source: orders", "17:13", "only bronze loads a source", "read that in a model")]
    [InlineData("pipeline.yaml", "      silver.orders: {lookback: 2}", "      silver.order: {lookback: 2}", "22:7", "there is no dataset 'silver.order'", "did you mean 'silver.orders'?")]
    [InlineData("pipeline.yaml", "      silver.orders: {lookback: 2}", "      bronze.orders: {lookback: 2}", "22:7", "the model of 'gold.totals' does not read 'bronze.orders'", "remove the entry")]
    [InlineData("pipeline.yaml", "    rows: conserve", "    rows: conserve\n    reads:\n      bronze.orders: {lookback: 1}", "16:11", "cannot promise one row per input row", "use 'rows: aggregate'")]
    // contracts
    [InlineData("contracts/gold.totals.odcs.yaml", "status: active\n", "", "1:1", "the contract is not valid (required)", null)]
    [InlineData("contracts/gold.totals.odcs.yaml", "- name: totals", "- name: total", "20:3", "the contract of 'gold.totals' does not describe its table", "did you mean 'total'?")]
    [InlineData("contracts/gold.totals.odcs.yaml", "physicalType: DOUBLE", "physicalType: DUOBLE", "11:1", "the type of column 'amount' is none that the SQL engine knows", "seen: 'DUOBLE'")]
    [InlineData("contracts/gold.totals.odcs.yaml", "physicalType: DOUBLE", "physicalType: HUGEINT", "11:1", "column 'amount' has a type that tables do not store", "seen: HUGEINT")]
    [InlineData("contracts/gold.totals.odcs.yaml", "- name: amount", "- name: DAY", "11:9", "the contract is not valid (contract/unique)", "'DAY' again")]
    [InlineData("contracts/gold.totals.odcs.yaml", "    properties:\n      - name: day\n        physicalType: DATE\n      - name: amount\n        physicalType: DOUBLE\n", "", "7:1", "the contract promises no columns", "at least one entry")]
    [InlineData("contracts/bronze.orders.odcs.yaml", "property: headers", "property: header", "7:1", "does not say how the source's files begin", "customProperties")]
    [InlineData("contracts/bronze.orders.odcs.yaml", "- name: amount\n        physicalType: VARCHAR", "- name: amount\n        physicalType: DOUBLE", "11:1", "column 'amount' of a bronze table holds the file's text", "seen: DOUBLE")]
    // models
    [InlineData("models/gold.totals.sql", "GROUP BY day", "GROUPBY day", "2:80", "syntax error at or near \"GROUPBY\"", null)]
    [InlineData("models/gold.totals.sql", "FROM silver.orders", "FROM silver.ordrs", "1:31", "there is no dataset 'silver.ordrs'", "did you mean 'silver.orders'?")]
    [InlineData("models/gold.totals.sql", "FROM silver.orders", "FROM totals", "1:31", "there is no dataset 'totals'", null)]
    [InlineData("models/gold.totals.sql", "$partition_date", "$partition_dat", "2:60", "unknown parameter '$partition_dat'", "did you mean '$partition_date'?")]
    [InlineData("models/gold.totals.sql", "FROM silver.orders", "FROM silver.orders, read_csv('x.csv')", "1:46", "table function 'read_csv' is not allowed", "load files through a source")]
    [InlineData("models/gold.totals.sql", "FROM silver.orders", "FROM silver.orders AT (VERSION => 3)", "1:31", "'silver.orders' is read at version 3", "a run pins the versions")]
    [InlineData("models/gold.totals.sql", "GROUP BY day", "AND 'é$x' <> '' /* $y */ AND amuont > 0 GROUP BY day", "2:109", "Referenced column \"amuont\" not found", null)]
    [InlineData("models/gold.totals.sql", "$partition_date", "current_date", "2:60", "'current_date' gives another value in every run", "same rows for the same input")]
    [InlineData("models/gold.totals.sql", "sum(amount) AS amount", "sum(amuont) AS amount", "2:17", "Referenced column \"amuont\" not found", "did you mean 'amount'?")]
    [InlineData("models/gold.totals.sql", "sum(amount) AS amount", "sum(amount)", "0:0", "the model does not make column 'amount' of its contract", null, 2)]
    [InlineData("models/gold.totals.sql", "sum(amount) AS amount", "CAST(sum(amount) AS BIGINT) AS amount", "0:0", "column 'amount' has another type than its contract says", "CAST(… AS DOUBLE) AS amount")]
    [InlineData("models/gold.totals.sql", "sum(amount) AS amount", "sum(amount) AS amount, count(*) AS n", "0:0", "the model makes column 'n', which its contract does not know", null)]
    [InlineData("models/gold.totals.sql", "GROUP BY day\n", "GROUP BY day; SELECT 1\n", "0:0", "Expected one SELECT, seen 2 statements", null)]
    [InlineData("models/gold.totals.sql", "WITH recent", "CREATE TABLE x AS WITH recent", "0:0", "Only SELECT statements", "one SELECT")]
    [InlineData("models/gold.totals.sql", "WITH recent AS (SELECT * FROM silver.orders)", "WITH recent AS (SELECT * FROM silver.orders UNION ALL SELECT id, amount, day FROM gold.totals)", "20:3", "'gold.totals' reads itself", "break the circle")]
    [InlineData("models/silver.orders.sql", "FROM bronze.orders", "FROM gold.totals", "0:0", "'silver.orders' reads 'gold.totals' of a higher layer", "data flows from bronze over silver to gold", 3)]
    public void Load_WithOneFault_PointsAtIt(string file, string old, string @new, string place, string what, string? detail, int errors = 1)
    {
        using var folder = new PipelineFolder();
        folder.Edit(file, old, @new);

        var seen = folder.Errors();

        var all = string.Join("\n", seen);
        Assert.True(seen.Any(e => e.ToString().Contains(what, StringComparison.Ordinal)), all);
        var error = seen.First(e => e.ToString().Contains(what, StringComparison.Ordinal));
        Assert.Equal(place, string.Create(CultureInfo.InvariantCulture, $"{error.Line}:{error.Column}"));
        Assert.Contains(detail ?? "", error.ToString(), StringComparison.Ordinal);
        Assert.True(seen.Count == errors, all);
    }

    [Fact]
    public void Load_WithDatasetsThatReadEachOther_ShowsTheCircle()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "datasets:\n", "datasets:\n  silver.back:\n    contract: contracts/silver.orders.odcs.yaml\n");
        folder.Write("contracts/silver.back.odcs.yaml", File.ReadAllText(folder.At("contracts/silver.orders.odcs.yaml")).Replace("name: orders", "name: back", StringComparison.Ordinal));
        folder.Edit("pipeline.yaml", "    contract: contracts/silver.orders.odcs.yaml\n", "    description: goes round\n");
        folder.Write("models/silver.back.sql", "SELECT id, amount, day FROM silver.orders");
        folder.Edit("models/silver.orders.sql", "FROM bronze.orders", "FROM silver.back");

        var error = Assert.Single(folder.Errors(), e => e.What.Contains("read each other", StringComparison.Ordinal));

        Assert.Equal("datasets read each other: 'silver.back' reads 'silver.orders' reads 'silver.back'", error.What);
    }

    [Fact]
    public void Load_OfTextThatIsNoYaml_GivesThePlace()
    {
        using var folder = new PipelineFolder();
        folder.Edit("pipeline.yaml", "owner: sales-data", "owner: 'sales-data");

        var error = Assert.Single(folder.Errors());

        Assert.Equal((folder.At("pipeline.yaml"), true), (error.File, error.Line > 0));
    }
}
