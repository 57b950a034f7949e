using System.Text;
using Integration.Tests.Cli;
using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>Marked personal values go in, and are looked for in everything that a run leaves behind: lake, histories, ledger, output, logs, file names.</summary>
public sealed class PrivacyTests : IDisposable
{
    private static readonly string[] Marked = ["zq-mark-1@pii.example", "zq-mark-2@pii.example", "zq-mark-3@pii.example", "zq-mark-4@pii.example", "zq-mark-5@pii.example", "+49 30 77712345", "4111 1111 1111 1111", "Zqanna"];

    private readonly TempDir _folder = new();

    public PrivacyTests()
    {
        Write("pipelines/people/sample/2024-05-01.csv", """
            id,email,name,phone,age,note
            1,zq-mark-1@pii.example,Zqanna Schmidt,+49 30 77712345,37,fine
            2,ZQ-Mark-1@pii.example,Zqanna Schmidt,,-5,mail zq-mark-2@pii.example or card 4111 1111 1111 1111
            3,zq-mark-3@pii.example,too few
            4,zq-mark-4@pii.example,Zqanna Schmidt,+49 30 77712345,notanumber,fine
            5,zq-mark-5@pii.example,Zqanna Schmidt,+49 30 77712345,52,fine
            """);
        Write("pipelines/people/pipeline.yaml", """
            name: people
            owner: data-platform
            partitioning: {unit: day, column: day, start: 2024-05-01}
            sources:
              files: {path: "sample/{yyyy}-{MM}-{dd}.csv"}
            datasets:
              bronze_restricted.customers: {source: files, key: [_source_uri, _source_row]}
              silver.customers: {model: models/silver.customers.sql, key: [id], rows: conserve}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        Write("pipelines/people/models/silver.customers.sql", """
            SELECT CAST(id AS BIGINT) AS id, email, name, phone, TRY_CAST(age AS INTEGER) AS age, note, day, _source_uri, _source_row
            FROM bronze_restricted.customers WHERE day >= CAST($partition_start AS DATE) AND day < CAST($partition_end AS DATE)
            """);
        Write("pipelines/people/contracts/bronze_restricted.customers.odcs.yaml", Contract(
            """
                - {name: id, logicalType: string, physicalType: VARCHAR}
                - {name: email, logicalType: string, physicalType: VARCHAR, classification: restricted}
                - {name: name, logicalType: string, physicalType: VARCHAR, classification: restricted}
                - {name: phone, logicalType: string, physicalType: VARCHAR, tags: [pii]}
                - {name: age, logicalType: string, physicalType: VARCHAR}
                - {name: note, logicalType: string, physicalType: VARCHAR, classification: confidential}
                - {name: day, logicalType: date, physicalType: DATE, required: true}
                - {name: _source_uri, logicalType: string, physicalType: VARCHAR, required: true}
                - {name: _source_row, logicalType: integer, physicalType: BIGINT, required: true}
              customProperties:
                - property: headers
                  value: [{name: v1, columns: [{name: id}, {name: email}, {name: name}, {name: phone}, {name: age}, {name: note}]}]
            """));
        WriteSilver("{property: privacy, value: {handling: tokenise, key: people, normalise: lower}}");
        Write("keys/people.1.key", Convert.ToBase64String(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_MarkedValues_AreNowhereButInTheRestrictedPrefixes()
    {
        var run = await RunAsync();

        run.ShouldSucceed();
        Assert.Empty(Leaks(run));
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        string Files(string table) => _folder.At(".orchestrator", "lake", table, "**", "*.parquet");
        Assert.Equal(
            [[1L, "************345", 30], [5L, "************345", 50]],
            connection.Query($"SELECT id, phone, age FROM read_parquet({SqlIdentifier.Literal(Files("silver/customers"))}) ORDER BY id").Rows);
        Assert.Equal(2, connection.Scalar<long>($"SELECT count(DISTINCT email) FILTER (WHERE email LIKE 'people.1:%') FROM read_parquet({SqlIdentifier.Literal(Files("silver/customers"))})"));

        // Kept aside with their places, and in the restricted copy with their values: nothing is lost, and nothing is shown.
        Assert.Equal(
            [["age.minimum", 2L], ["age.required", 4L]],
            connection.Query($"SELECT \"rule\", source_row FROM read_parquet({SqlIdentifier.Literal(Files("_quarantine/silver_customers"))}) ORDER BY 2").Rows);
        Assert.Equal(1, connection.Scalar<long>($"SELECT count(*) FROM read_parquet({SqlIdentifier.Literal(Files("bronze_restricted/customers"))}) WHERE email = {SqlIdentifier.Literal(Marked[0])}"));
    }

    [Fact]
    public async Task Run_UnclassifiedPersonalColumn_IsRefusedWithoutAValue()
    {
        WriteSilver(null);

        var run = await RunAsync();

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("privacy.unclassified", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Contains("'email' looks like e-mail addresses", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Empty(Leaks(run));
        Assert.False(Directory.Exists(_folder.At(".orchestrator", "lake", "silver")));
    }

    [Fact]
    public async Task Run_WithoutTheKey_SaysHowToMakeOne()
    {
        File.Delete(_folder.At("keys", "people.1.key"));

        var run = await RunAsync();

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("people.1.key", run.Output + run.Errors, StringComparison.Ordinal);
        Assert.Empty(Leaks(run));
    }

    private async Task<CliResult> RunAsync()
    {
        await using var process = OrchestratorProcess.Start(_folder.Root, ["run", "pipelines/people"], new Dictionary<string, string> { ["ORCHESTRATOR_KEYS"] = _folder.At("keys") });
        return await process.EndAsync();
    }

    /// <summary>Every place with a marked value that is neither the input nor one of the prefixes for raw values. Parquet is read, the rest searched byte by byte.</summary>
    private List<string> Leaks(CliResult run)
    {
        var leaks = Marked.Where(m => (run.Output + run.Errors).Contains(m, StringComparison.OrdinalIgnoreCase)).Select(m => $"output: {m}").ToList();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        string[] raw = [_folder.At(".orchestrator", "lake", "_landing"), _folder.At(".orchestrator", "lake", "_staging"), _folder.At(".orchestrator", "lake", "bronze_restricted")];
        var files = Directory.EnumerateFiles(_folder.At(".orchestrator"), "*", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files.Where(f => !raw.Any(r => f.StartsWith(r, StringComparison.Ordinal))))
        {
            leaks.AddRange(Marked.Where(m => file.Contains(m, StringComparison.OrdinalIgnoreCase)).Select(m => $"name of {file}: {m}"));
            var text = file.EndsWith(".parquet", StringComparison.Ordinal)
                ? string.Join('\n', connection.Query($"SELECT CAST(to_json(t) AS VARCHAR) FROM read_parquet({SqlIdentifier.Literal(file)}) t").Rows.Select(r => r[0]))
                : Encoding.Latin1.GetString(File.ReadAllBytes(file));
            leaks.AddRange(Marked.Where(m => text.Contains(m, StringComparison.OrdinalIgnoreCase)).Select(m => $"{file}: {m}"));
        }

        return leaks;
    }

    private void WriteSilver(string? email) => Write("pipelines/people/contracts/silver.customers.odcs.yaml", Contract(
        """
            - {name: id, logicalType: integer, physicalType: BIGINT, required: true, primaryKey: true}
            - {name: email, logicalType: string, physicalType: VARCHAR%EMAIL%}
            - {name: name, logicalType: string, physicalType: VARCHAR, customProperties: [{property: privacy, value: drop}]}
            - {name: phone, logicalType: string, physicalType: VARCHAR, customProperties: [{property: privacy, value: {handling: mask, showLast: 3}}]}
            - {name: age, logicalType: integer, physicalType: INTEGER, required: true, logicalTypeOptions: {minimum: 0}, customProperties: [{property: privacy, value: {handling: generalise, bucket: 10}}]}
            - {name: note, logicalType: string, physicalType: VARCHAR, customProperties: [{property: privacy, value: {handling: null}}]}
            - {name: day, logicalType: date, physicalType: DATE, required: true}
            - {name: _source_uri, logicalType: string, physicalType: VARCHAR, required: true}
            - {name: _source_row, logicalType: integer, physicalType: BIGINT, required: true}
        """.Replace("%EMAIL%", email is null ? "" : $", customProperties: [{email}]", StringComparison.Ordinal)));

    private static string Contract(string properties) => "apiVersion: v3.1.0\nkind: DataContract\nid: people\nversion: 1.0.0\nstatus: active\nschema:\n  - name: customers\n    properties:\n"
        + string.Join('\n', properties.Split('\n').Select(l => "  " + l));

    private void Write(string path, string text)
    {
        var file = _folder.At(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
