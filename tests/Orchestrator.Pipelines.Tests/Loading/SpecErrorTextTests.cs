using System.Text;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Loading;

/// <summary>
/// The exact text of every kind of error that the spec's policies, schedules, merges and inputs give, in <c>Golden/spec-errors.txt</c>. Written by this
/// test with ORCHESTRATOR_REGENERATE=1; a changed text is a visible difference.
/// </summary>
public sealed class SpecErrorTextTests
{
    private const string Limits = "limits:\n";
    private const string Silver = "    rows: conserve\n";

    /// <summary>Each case changes texts of the sound pipeline: file, old, new.</summary>
    private static readonly (string Name, (string File, string Old, string New)[] Edits)[] Cases =
    [
        ("upsert without key", [Yaml("    key: [id]\n", "    merge: upsert\n"), Yaml("    deduplicate:\n      rule: newest\n      order_by: [amount desc nulls first, id]\n", "")]),
        ("bronze merged by key", [Yaml("    source: orders\n", "    source: orders\n    key: [id]\n    merge: upsert\n")]),
        ("scd2 without anything", [Yaml(Silver, Silver + "    merge: scd2\n")]),
        ("scd2 with a wrong type", [Yaml(Silver, Silver + "    merge: scd2\n    sequence_by: amount\n    history: {valid_from: day, valid_to: day}\n")]),
        ("sequence without merge by key", [Yaml(Silver, Silver + "    sequence_by: amount\n")]),
        ("history without scd2", [Yaml(Silver, Silver + "    merge: scd1\n    history: {valid_from: day}\n")]),
        ("unknown sequence", [Yaml(Silver, Silver + "    merge: scd1\n    sequence_by: amuont\n")]),
        ("merge misspelt", [Yaml(Silver, Silver + "    merge: scd3\n")]),
        ("static with a start", [Yaml("unit: day", "unit: static")]),
        ("file with a schedule", [Yaml("unit: day", "unit: file"), Yaml("  start: 2024-01-01\n  time_zone: Europe/Berlin\n", ""), Yaml("{yyyy}-{MM}-{dd}", "{partition}"), Yaml(Limits, "schedule: {cron: '0 1 * * *'}\n" + Limits), Model("$partition_date", "CAST($partition AS DATE)"), ("models/silver.orders.sql", "$partition_date", "CAST($partition AS DATE)")]),
        ("hours in a column of days", [Yaml("unit: day\n  column: day\n  start: 2024-01-01\n  time_zone: Europe/Berlin", "unit: hour\n  column: day"), Yaml("{yyyy}-{MM}-{dd}", "{yyyy}-{MM}-{dd}T{HH}"), Model("$partition_date", "CAST($partition_start AS DATE)"), ("models/silver.orders.sql", "$partition_date", "CAST($partition_start AS DATE)")]),
        ("static path with a hole", [Yaml("unit: day\n  column: day\n  start: 2024-01-01\n  time_zone: Europe/Berlin", "unit: static\n  column: day")]),
        ("limits that are too small", [Yaml("  memory: 256MB", "  memory: 256MB\n  rows: 0\n  cost: -1")]),
        ("limits are missing", [Yaml("  run_timeout: 1h30m\n  memory: 256MB\n  spill: 1GiB\n  input_bytes: 1.5GB\n", "  threads: 2\n")]),
        ("lateness of nothing", [Yaml(Limits, "lateness: {dataset: silver.order, watermark: day, seal_after: 1d}\n" + Limits)]),
        ("lateness by no time", [Yaml(Limits, "lateness: {dataset: silver.orders, watermark: amount, allowed: 2d, seal_after: 1d}\n" + Limits)]),
        ("lateness by no column", [Yaml(Limits, "lateness: {dataset: silver.orders, watermark: dya, seal_after: 1d}\n" + Limits)]),
        ("quality upside down", [Yaml(Limits, "quality: {on_warning: fail, on_error: hold}\n" + Limits)]),
        ("quality of a word", [Yaml(Limits, "quality: {on_error: holt, consumers: last-good, approvers: []}\n" + Limits)]),
        ("retry that shrinks", [Yaml(Limits, "retry: {default: {first_delay: 2m}, lode: {attempts: 2}, load: {attempts: 0, backoff: 0.5}}\n" + Limits)]),
        ("group that is not declared", [Yaml("    source: orders\n", "    source: orders\n    concurrency_group: jhu-ap\n"), Yaml(Limits, "concurrency_groups: {jhu-api: {limit: 2}}\n" + Limits)]),
        ("group without a limit", [Yaml("    source: orders\n", "    source: orders\n    concurrency_group: api\n"), Yaml(Limits, "concurrency_groups: {api: {breaker: {failures: 3}}}\n" + Limits)]),
        ("sla of numbers", [Yaml(Limits, "sla: {freshness: 26, quality_percent: 101}\n" + Limits)]),
        ("alerts of one word", [Yaml(Limits, "alerts: {failed: oncall, hold: [x], late: ['#data']}\n" + Limits)]),
        ("schedule without a cron", [Yaml(Limits, "schedule: {time_zone: EST}\n" + Limits)]),
        ("schedule with four fields", [Yaml(Limits, "schedule: {cron: '0 6 * *'}\n" + Limits)]),
        ("schedule with a wrong hour", [Yaml(Limits, "schedule: {cron: '0 24 * * *'}\n" + Limits)]),
        ("schedule that never fires", [Yaml(Limits, "schedule: {cron: '0 6 31 2 *'}\n" + Limits)]),
        ("schedule of words", [Yaml(Limits, "schedule: {cron: '0 6 * * *', overlap: buffer, dst: {missing_time: later}, on_holiday: skip, catch_up: 1 day}\n" + Limits)]),
        ("calendar of wrong days", [Yaml(Limits, "calendar: {weekdays: [monday], holidays: [2024-02-30, 12-25, '12-25', xmas]}\n" + Limits)]),
        ("triggers of nothing", [Yaml(Limits, "triggers: {data: {when: some}, arrival: {order: {poll: 0s}}}\n" + Limits)]),
        ("trigger by an unknown input", [Yaml(Limits, "triggers: {data: {inputs: [silver.stock]}}\n" + Limits)]),
        ("maintain that freezes first", [Yaml(Limits, "maintain: {cron: 'daily', warm_after: 30d, cold_after: 7d}\n" + Limits)]),
        ("maintain by no column", [Yaml(Silver, Silver + "    maintain: {cluster_by: [plase], compact_after_files: 1}\n")]),
        ("input of a pipeline that is not there", [Yaml("datasets:\n", "inputs: {silver.stock: {pipeline: stoc}}\ndatasets:\n")]),
        ("input of itself", [Yaml("datasets:\n", "inputs: {silver.stock: {pipeline: shop}}\ndatasets:\n")]),
        ("input that is a dataset too", [Yaml("datasets:\n", "inputs: {silver.orders: {pipeline: stock, dataset: silver.level}}\ndatasets:\n")]),
        ("input that is not made", [Yaml("datasets:\n", "inputs: {silver.levels: {pipeline: stock}}\ndatasets:\n")]),
        ("input that nobody reads", [Yaml("datasets:\n", "inputs: {silver.level: {pipeline: stock, lookback: 3}}\ndatasets:\n")]),
        ("input that reads back", [Yaml("datasets:\n", "inputs: {silver.level: {pipeline: stock}}\ndatasets:\n"), ("../stock/pipeline.yaml", "datasets:\n", "inputs: {gold.totals: {pipeline: shop}}\ndatasets:\n")]),
        ("input that is not sound", [Yaml("datasets:\n", "inputs: {silver.level: {pipeline: stock}}\ndatasets:\n"), ("../stock/pipeline.yaml", "owner: stock-data", "onwer: stock-data")]),
        ("input that cannot be aligned", [Yaml("datasets:\n", "inputs: {silver.level: {pipeline: stock, partitions: latest, lookback: 2}}\ndatasets:\n"), Model("FROM silver.orders", "FROM silver.orders JOIN silver.level USING (day)")]),
        ("input of another unit", [Yaml("datasets:\n", "inputs: {silver.level: {pipeline: stock}}\ndatasets:\n"), ("../stock/pipeline.yaml", "unit: day", "unit: list, values: [north]"), Model("FROM silver.orders", "FROM silver.orders SEMI JOIN silver.level USING (day)")]),
        ("policies that count from an end that is not there", [Yaml("unit: day\n  column: day\n  start: 2024-01-01\n  time_zone: Europe/Berlin", "unit: static\n  column: day"), Yaml("{yyyy}-{MM}-{dd}", "orders"), Yaml(Limits, "lateness: {dataset: silver.orders, watermark: day, seal_after: 1d}\nsla: {freshness: 1d, run_duration: 1h}\nmaintain: {retention: 30d, vacuum_after: 7d}\n" + Limits), Model("day >= $partition_date - 2", "$partition <> ''"), ("models/silver.orders.sql", "WHERE day = $partition_date", "WHERE $partition <> ''")]),
        ("input that has no order", [Yaml("datasets:\n", "inputs: {silver.level: {pipeline: stock, lookback: 1}}\ndatasets:\n"), ("../stock/pipeline.yaml", "unit: day", "unit: static"), Model("FROM silver.orders", "FROM silver.orders SEMI JOIN silver.level USING (day)")]),
        ("model that nothing reaches", [("models/silver.orders.sql", "FROM bronze.orders", "FROM (SELECT '1' AS id, '2' AS amount, DATE '2024-01-01' AS day)"), Yaml(Silver, "")]),
        ("generated and not", [Yaml("    reads:\n", "    generated: true\n    reads:\n")]),
        ("credentials in the clear", [Yaml("    path: in", "    credentials: abc123\n    path: in")]),
        ("password under any key", [Yaml(Limits, "settings: {db_password: hunter2}\n" + Limits)]),
        ("durations that no clock holds", [Yaml("run_timeout: 1h30m", "run_timeout: 99999999999999999999999999999999999999d\n  step_timeout: 4000d")]),
        ("partitions that nothing tells", [Yaml("  start: 2024-01-01\n", ""), Yaml("sources:\n  orders:\n    path: in/{yyyy}-{MM}-{dd}.csv\n", ""), Yaml("  bronze.orders:\n    source: orders\n", ""), Yaml("    rows: conserve\n    deduplicate:\n      rule: newest\n      order_by: [amount desc nulls first, id]\n", "    generated: true\n"), ("models/silver.orders.sql", "CAST(id AS BIGINT) AS id, CAST(amount AS DOUBLE) AS amount, day\nFROM bronze.orders\nWHERE day = $partition_date", "CAST(1 AS BIGINT) AS id, CAST(2 AS DOUBLE) AS amount, $partition_date AS day")]),
        ("look back over names that do not sort", [Yaml("unit: day\n  column: day\n  start: 2024-01-01\n  time_zone: Europe/Berlin", "unit: list\n  column: day\n  values: [south, north]"), Yaml("{yyyy}-{MM}-{dd}", "{partition}"), Model("$partition_date - 2", "$partition"), ("models/silver.orders.sql", "$partition_date", "CAST($partition AS DATE)"), Model("day >=", "'a' >=")]),
        ("several of them at once", [Yaml(Limits, "schedule: {cron: '61 * * * *'}\nretry: {plan: {tries: 3}}\n" + Limits), Yaml("rows: conserve", "row: conserve"), Yaml("  memory: 256MB\n", "")]),
    ];

    [Fact]
    public void Load_WithEachFault_SaysExactlyThis()
    {
        var text = new StringBuilder();
        foreach (var (name, edits) in Cases)
        {
            using var dir = new TempDir();
            using var folder = new PipelineFolder(dir.At("shop"));
            Stock(folder);
            foreach (var (file, old, @new) in edits)
            {
                folder.Edit(file, old, @new);
            }

            text.Append("== ").Append(name).Append('\n');
            foreach (var error in folder.Errors())
            {
                text.Append(error.ToString().Replace(dir.Root, "PIPELINES", StringComparison.Ordinal)).Append('\n');
            }

            text.Append('\n');
        }

        var golden = TestPaths.InRepo("tests", "Orchestrator.Pipelines.Tests", "Golden", "spec-errors.txt");
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_REGENERATE") == "1")
        {
            File.WriteAllText(golden, text.ToString());
        }

        Assert.Equal(File.ReadAllText(golden), text.ToString());
    }

    /// <summary>A second pipeline beside the first one.</summary>
    internal static void Stock(PipelineFolder folder)
    {
        folder.Write("../stock/pipeline.yaml", "name: stock\nowner: stock-data\npartitioning: {unit: day, column: day}\nsources: {level: {path: 'in/{yyyy}{MM}{dd}.csv'}}\ndatasets:\n  bronze.level: {source: level}\n  silver.level: {}\nlimits: {run_timeout: 1h, memory: 64MB, spill: 1GB, input_bytes: 1GB}\n");
        folder.Write("../stock/contracts/silver.level.odcs.yaml", File.ReadAllText(folder.At("contracts/silver.orders.odcs.yaml")).Replace("silver.orders", "silver.level", StringComparison.Ordinal).Replace("name: orders", "name: level", StringComparison.Ordinal).Replace("name: amount", "name: pieces", StringComparison.Ordinal));
    }

    private static (string File, string Old, string New) Yaml(string old, string @new) => ("pipeline.yaml", old, @new);

    private static (string File, string Old, string New) Model(string old, string @new) => ("models/gold.totals.sql", old, @new);
}
