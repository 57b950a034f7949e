using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Contracts;

/// <summary>Damaged contracts give errors with places, never exceptions; what is still accepted compiles and runs.</summary>
public sealed class ContractFuzzTests
{
    private static readonly string[] Pieces = ["- ", ": ", "[", "]", "{", "}", "'", "\"", "&a ", "*a", "<<: ", "null", "true", "1.5", "-1", "1e999", "\t", "\n", "|", "#", "!!str ", "0x", "ä", "\0", "schema", "properties"];

    [Fact]
    public void Parse_DamagedContracts_NeverThrows()
    {
        var golden = TestPaths.InRepo("tests", "Lakehouse.Tests", "Contracts", "Golden");
        string[] sources =
        [
            .. Directory.GetFiles(Path.Combine(golden, "validation"), "*.odcs.yaml").Select(File.ReadAllText),
            .. Directory.GetFiles(Path.Combine(golden, "checks"), "*.odcs.yaml", SearchOption.AllDirectories).Select(File.ReadAllText),
            File.ReadAllText(TestPaths.InRepo("pipelines", "covid", "contracts", "bronze.daily_reports.odcs.yaml")),
        ];
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE data AS SELECT * FROM (VALUES ('1', 'a'), (NULL, ''), ('x', 'b')) t(order_id, note)");
        var accepted = 0;
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var text = sources[random.Next(sources.Length)];
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                var cut = random.Next(3) == 0 ? Math.Min(random.Next(20), text.Length - at) : 0;
                text = string.Concat(text.AsSpan(0, at), random.Next(4) == 0 ? "" : Pieces[random.Next(Pieces.Length)], text.AsSpan(at + cut));
            }

            try
            {
                var result = ContractParser.Parse(text, "c.yaml", seed % 2 == 0 ? UnknownKeys.Refuse : UnknownKeys.Ignore);
                Assert.Equal(result.Contract is null, result.Errors.Count > 0);
                Assert.All(result.Errors, e => Assert.True(e.Line >= 0 && e.ToString().Length > 10));
                foreach (var table in result.Contract?.Tables ?? [])
                {
                    accepted++;
                    var report = ContractPlan.Compile(table, connection, "data", TextColumns.CheckEachValue).Run(connection, new CheckRequest { Relation = "data", Dataset = "d", Partition = "p", RunId = "r", QuarantinedAt = DateTimeOffset.UnixEpoch });
                    Assert.Equal(3, report.Rows);
                    Assert.Equal(3, report.Passing + report.Quarantined);
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e}\n{text}");
            }
        }

        Assert.True(accepted > 100, $"only {accepted} were still accepted: the damage is too great to tell anything");
    }
}
