using System.Globalization;
using System.Text.Json;
using Integration.Tests.Cli;
using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>A folder with pipelines that a test writes line by line, and what runs of them leave.</summary>
internal sealed class SmallWorkspace : IDisposable
{
    private readonly TempDir _folder = new();

    public string Lake => _folder.At(".orchestrator", "lake");

    public string Pipelines => _folder.At("pipelines");

    public void Dispose() => _folder.Dispose();

    /// <summary>Absolute path of something in the folder.</summary>
    public string At(string path) => _folder.At(path.Split('/'));

    /// <summary>The pipeline <c>shop</c>: sales by day, of which those without an amount are kept aside, and their sum over a day and the one before. The first of May has a good row and a bad one.</summary>
    /// <param name="timeout">How long a run may work.</param>
    /// <param name="more">More of <c>pipeline.yaml</c>.</param>
    public static SmallWorkspace Shop(string timeout = "10m", string more = "")
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "silver.sales: {key: [id]}\ngold.sums: {key: [day], reads: {silver.sales: {lookback: 1}}}", more);
        workspace.Edit("pipelines/shop/pipeline.yaml", "run_timeout: 10m, step_timeout: 5m", $"run_timeout: {timeout}, step_timeout: {timeout}");
        workspace.Contract("shop", "silver.sales", "id BIGINT, amount BIGINT, day DATE");
        workspace.Edit("pipelines/shop/contracts/silver.sales.odcs.yaml", "{name: amount, logicalType: integer, physicalType: BIGINT}", "{name: amount, logicalType: integer, physicalType: BIGINT, required: true}");
        workspace.Contract("shop", "gold.sums", "total BIGINT, day DATE");
        workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Model("shop", "gold.sums", "SELECT CAST(sum(amount) AS BIGINT) AS total, $partition_date AS day FROM silver.sales");
        workspace.Day("shop", 1, "id,amount\n1,10\n2,x");
        return workspace;
    }

    /// <summary>Puts one text in the place of another in a file that has it.</summary>
    public void Edit(string path, string before, string after)
    {
        var text = File.ReadAllText(At(path));
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(At(path), text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>A pipeline of days with one CSV source and its raw table <c>bronze.{name}</c>.</summary>
    public void Pipeline(string name, string columns, string datasets, string more = "", string unit = "day")
    {
        Write($"pipelines/{name}/pipeline.yaml", $$"""
            name: {{name}}
            owner: data-platform
            partitioning: {unit: {{unit}}, column: day, start: {{(unit == "week" ? "2024-W18" : "2024-05-01")}}}
            sources:
              files: {path: "sample/{yyyy}-{MM}-{dd}.csv"}
            {{more}}
            datasets:
              bronze.{{name}}: {source: files, key: [_source_uri, _source_row]}
            {{string.Join('\n', datasets.Split('\n').Select(l => "  " + l))}}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        var text = columns.Split(", ");
        Contract(
            name,
            $"bronze.{name}",
            string.Join(", ", text.Select(c => $"{c} VARCHAR")) + ", day DATE, _source_uri VARCHAR, _source_row BIGINT",
            $"    customProperties:\n      - property: headers\n        value: [{{name: v1, columns: [{string.Join(", ", text.Select(c => $"{{name: {c}}}"))}]}}]\n");
    }

    /// <summary>A contract with columns given as <c>name TYPE, …</c>.</summary>
    public void Contract(string pipeline, string dataset, string columns, string more = "") => Write(
        $"pipelines/{pipeline}/contracts/{dataset}.odcs.yaml",
        $"apiVersion: v3.1.0\nkind: DataContract\nid: {dataset}\nversion: 1.0.0\nstatus: active\nschema:\n  - name: {dataset.Split('.')[1]}\n{more}    properties:\n"
        + string.Join('\n', columns.Split(", ").Select(c => c.Split(' ', 2)).Select(c =>
            $"      - {{name: {c[0]}, logicalType: {(c[1] is "VARCHAR" ? "string" : c[1] is "DATE" ? "date" : c[1] is "TIMESTAMPTZ" ? "timestamp" : "integer")}, physicalType: {c[1]}}}")));

    public void Model(string pipeline, string dataset, string sql) => Write($"pipelines/{pipeline}/models/{dataset}.sql", sql);

    /// <summary>The source file of a day in May 2024.</summary>
    public void Day(string pipeline, int day, string csv) => Write(string.Create(CultureInfo.InvariantCulture, $"pipelines/{pipeline}/sample/2024-05-{day:D2}.csv"), csv);

    public void Write(string path, string text)
    {
        var file = _folder.At(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }

    public void Remove(string path) => File.Delete(At(path));

    public OrchestratorProcess Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments) => OrchestratorProcess.Start(_folder.Root, arguments, environment);

    public Task<CliResult> CallAsync(params string[] arguments) => OrchestratorProcess.RunAsync(_folder.Root, arguments);

    public async Task RunAsync(string pipeline, params string[] arguments) => (await CallAsync(["run", $"pipelines/{pipeline}", "--parallel", "1", .. arguments])).ShouldSucceed();

    /// <summary>Rows of a SELECT, each as a text, in order.</summary>
    public async Task<string[]> RowsAsync(string columns, string table)
    {
        var sql = $"select concat_ws('|', {string.Join(", ", columns.Split(", ").Select(c => $"coalesce(cast({c} as varchar), '-')"))}) as r from {table} order by r";
        var result = JsonDocument.Parse((await CallAsync("query", sql, "--json")).ShouldSucceed().Output).RootElement.GetProperty("rows");
        return [.. result.EnumerateArray().Select(r => r[0].GetString()!)];
    }
}
