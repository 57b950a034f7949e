using Lakehouse.Contracts;
using Lakehouse.Datasets;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Datasets;

/// <summary>The example of docs/guides/datasets.md: it runs, and the page has it as it runs.</summary>
public sealed class FacadeGuideTests
{
    [Fact]
    public async Task Example_ReadsChecksStagesAndPublishes()
    {
        using var temporary = new TempDir();
        var token = TestContext.Current.CancellationToken;
        var (folder, contract) = (temporary.At("lake"), temporary.At("prices.odcs.yaml"));
        var plannedAt = new DateTimeOffset(2024, 5, 2, 0, 0, 0, TimeSpan.Zero);
        await WriteBronzeAsync(folder, token);
        await File.WriteAllTextAsync(contract, """
            apiVersion: v3.1.0
            kind: DataContract
            id: prices
            version: 1.0.0
            status: active
            schema:
              - name: prices
                properties:
                  - {name: id, physicalType: BIGINT, required: true}
                  - {name: price, physicalType: BIGINT, required: true}
                  - {name: seq, physicalType: BIGINT}
                  - {name: day, physicalType: DATE}
            """, token);

        // example
        var lake = new Lake(folder);
        using var engines = new DuckDbPool();
        var target = new DatasetTarget
        {
            Dataset = "silver.prices",
            Contract = ContractParser.Load(contract).Table(),
            PartitionColumn = "day",
            Partitions = ["2024-05-01"],
            Key = ["id"],
            Merge = new RowMerge { Mode = MergeMode.Upsert, Key = ["id"], SequenceColumn = "seq" },
        };
        var options = new AttemptOptions
        {
            RunId = "run-1",
            PlannedAt = plannedAt,
            StagingFolder = "_staging/run-1/",
            Limits = new DuckDbOptions { MemoryLimitBytes = 256 << 20 },
            Folders = ["_staging", "bronze/prices", "silver/prices"],
        };

        StagedRows staged;
        using (var attempt = DatasetAttempt.Open(lake, engines, target, options))
        {
            var bronze = lake.Table("bronze.prices");
            await attempt.ReadAsync(PinnedRelation.Of("bronze.prices", (await bronze.HeadAsync(token))!, bronze.Path), token);
            const string Sql = "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(price AS BIGINT) AS price, CAST(seq AS BIGINT) AS seq, day FROM bronze.prices WHERE day = $day";
            DuckDbSandbox.Admit(SqlParser.Parse(Sql), name => name == "bronze.prices");
            attempt.Transform(Sql, new Dictionary<string, object?> { ["day"] = new DateOnly(2024, 5, 1) }, token);
            staged = await attempt.StageAsync(token);
        }

        if (staged is { Broken: [], Refusal: null })
        {
            var manifest = await StagedManifest.ReadAsync(lake.Store, staged.ManifestPath, token);
            var mark = new PublishMark { RunId = "run-1", AppId = "prices/2024-05-01", Owner = "prices", Epoch = 1 };
            var published = await new StagedPublish(lake, TimeProvider.System, engines, options).RunAsync(manifest, mark, cancellationToken: token);
            Console.WriteLine($"version {published.Version}: {staged.Report.Passing} rows, {staged.Report.Quarantined} kept aside");
        }

        // end of the example
        Assert.Equal([[1L, 12L]], (await lake.QueryAsync("SELECT id, price FROM silver.prices", token)).Rows);
        Assert.Equal([["price.required"]], (await lake.QueryAsync("SELECT \"rule\" FROM _quarantine.silver_prices", token)).Rows);
    }

    [Fact]
    public void Example_IsWhatThePageShows()
    {
        var code = Between(File.ReadAllText(TestPaths.InRepo("tests", "Lakehouse.Tests", "Datasets", "FacadeGuideTests.cs")), "        // example\n", "        // end of the example");
        var page = Between(File.ReadAllText(TestPaths.InRepo("docs", "guides", "datasets.md")), "```csharp\n", "```");

        Assert.Equal(string.Join('\n', code.Split('\n').Select(l => l.Length > 8 ? l[8..] : "")).Trim(), page.Trim());
    }

    private static async Task WriteBronzeAsync(string folder, CancellationToken token)
    {
        var lake = new Lake(folder);
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var files = lake.OpenFiles();
        await using var operations = new TableOperations(lake.Table("bronze.prices"), connection, files);
        await operations.CreateIfAbsentAsync([new("id", "VARCHAR"), new("price", "VARCHAR"), new("seq", "VARCHAR"), new("day", "DATE")], ["day"], cancellationToken: token);
        await operations.AppendAsync("SELECT * FROM (VALUES ('1', '11', '1', DATE '2024-05-01'), ('1', '12', '2', DATE '2024-05-01'), ('2', 'x', '1', DATE '2024-05-01')) v(id, price, seq, day)", cancellationToken: token);
    }

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }
}
