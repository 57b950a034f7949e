using System.Globalization;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Tables;

namespace Lakehouse.Tests.Privacy;

public sealed class PiiScanTests(ITestOutputHelper output)
{
    [Fact]
    public void Judge_AFewPlacesThatBearNames_FindsNothing()
    {
        Assert.Null(PiiScan.Judge("county", ["Douglas", "Snohomish", "Multnomah", "Kitsap"]));
        Assert.Null(PiiScan.Judge("county", ["Douglas", "Douglas", "Douglas", "Kitsap"]));
        Assert.Equal(PiiKind.PersonName, PiiScan.Judge("c1", ["SCHMIDT, Anna", "Maria Garcia", "John Smith", "unknown"])?.Kind);
        Assert.Equal(PiiKind.PersonName, PiiScan.Judge("last_name", ["Smith"])?.Kind);
    }

    [Fact]
    public void Judge_LabelledColumns_FindsNearlyAllAndLittleElse()
    {
        var byKind = Enum.GetValues<PiiKind>().ToDictionary(k => k, _ => (Right: 0, Missed: 0, Wrong: 0));
        var faults = new List<string>();
        for (var seed = 1; seed <= 5; seed++)
        {
            foreach (var (name, values, kind) in new LabelledColumns(seed).All())
            {
                var seen = PiiScan.Judge(name, values)?.Kind;
                if (seen != kind)
                {
                    faults.Add($"seed {seed}, column '{name}': expected {kind?.ToString() ?? "nothing"}, seen {seen?.ToString() ?? "nothing"}");
                }

                if (kind is { } expected)
                {
                    var of = byKind[expected];
                    byKind[expected] = seen == kind ? of with { Right = of.Right + 1 } : of with { Missed = of.Missed + 1 };
                }

                if (seen is { } found && seen != kind)
                {
                    byKind[found] = byKind[found] with { Wrong = byKind[found].Wrong + 1 };
                }
            }
        }

        var (right, missed, wrong) = (byKind.Values.Sum(k => k.Right), byKind.Values.Sum(k => k.Missed), byKind.Values.Sum(k => k.Wrong));
        foreach (var (kind, k) in byKind)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-12} recall {k.Right} of {k.Right + k.Missed}, wrong {k.Wrong}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"precision {(double)right / (right + wrong):F3}, recall {(double)right / (right + missed):F3} over {byKind.Count} kinds"));
        var list = string.Join(Environment.NewLine, faults.Distinct());
        Assert.True((double)right / (right + wrong) >= 0.98, list);
        Assert.True((double)right / (right + missed) >= 0.97, list);
        Assert.All(byKind, k => Assert.True((double)k.Value.Right / (k.Value.Right + k.Value.Missed) >= 0.9, $"{k.Key}: {list}"));
    }

    [Theory]
    [InlineData("4111 1111 1111 1111", PiiKind.Card)]
    [InlineData("4111 1111 1111 1112", null)]
    [InlineData("GB82 WEST 1234 5698 7654 32", PiiKind.Iban)]
    [InlineData("GB83 WEST 1234 5698 7654 32", null)]
    [InlineData("131052-308T", PiiKind.NationalId)]
    [InlineData("131052-308U", null)]
    [InlineData("RSSMRA85T10A562S", PiiKind.NationalId)]
    [InlineData("RSSMRA85T10A562T", null)]
    [InlineData("529.982.247-25", PiiKind.NationalId)]
    [InlineData("756.9217.0769.85", PiiKind.NationalId)]
    [InlineData("X1234567L", PiiKind.NationalId)]
    [InlineData("11010519491231002X", PiiKind.NationalId)]
    [InlineData("000-12-3456", null)]
    [InlineData("a@b.org", PiiKind.Email)]
    [InlineData("a@b", null)]
    [InlineData("@handle", null)]
    [InlineData("::1", null)]
    [InlineData("2001:db8::1", PiiKind.IpAddress)]
    [InlineData("10:20:30:40", null)]
    [InlineData("https://example.org/a@b", null)]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----", PiiKind.Secret)]
    [InlineData("AnnaSchmidt", null)]
    [InlineData("SCHMIDT, Anna", PiiKind.PersonName)]
    public void Classify_Value_TellsWhatItIs(string value, PiiKind? kind) => Assert.Equal(kind, PiiDetector.Classify(value));

    [Fact]
    public void Redact_TextWithValues_HidesThemAndNothingElse()
    {
        Assert.Equal(
            "order 541238 of *** paid with *** on 2020-03-22 at 10:20:30, call *** (v1.2.3.4)",
            PiiDetector.Redact("order 541238 of k.meier@firma.de paid with 4111 1111 1111 1111 on 2020-03-22 at 10:20:30, call +49 30 1234567 (v1.2.3.4)"));
        Assert.Equal("***", PiiDetector.Redact("Anna Schmidt"));
    }

    [Fact]
    public void Find_Relation_SamplesTheSameRowsEachTimeAndNamesColumnsWithoutValues()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 2 });
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE t AS SELECT i AS id, 'user' || i || '@example.org' AS mail, 'user' || i || '@example.org' AS known, NULL::VARCHAR AS empty, 3.5 AS n FROM range(50000) r(i)");

        TableColumn[] columns = [new("id", "BIGINT"), new("mail", "VARCHAR"), new("empty", "VARCHAR"), new("n", "DECIMAL(2,1)")];

        var first = PiiScan.Find(connection, "t", columns);

        Assert.Equal([new PiiFinding("mail", PiiKind.Email, 500, 500)], first);
        Assert.Equal(first, PiiScan.Find(connection, "t", columns));
        Assert.Equal("'mail' looks like e-mail addresses (500 of 500 sampled values)", first[0].ToString());
    }
}
