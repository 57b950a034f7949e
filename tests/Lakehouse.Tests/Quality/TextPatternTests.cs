using System.Text;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Quality.Patterns;

namespace Lakehouse.Tests.Quality;

/// <summary>Our tables of states say what the engine's matcher says, or there are none.</summary>
public sealed class TextPatternTests
{
    private static readonly string[] Texts =
        ["", "a", "b", "ab", "abc", "aab", "abab", "a1", "1", "12", "123456", "C123456", "xC123456y", "é", "aé", "日本", "😀a", "a b", " a", "a\nb", "\n", "a.b", "a@b.org", "x@y@z.de", "a-b", "]", "[", "-", "^a", "a$", "\\", "_", "A", "AB", "zZ9", "6b1f1c0e-1111-4a4a-8b8b-0123456789ab", "::1", "2001:db8::1", "1.2.3.4", "QUJD"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void IsMatch_RandomExpressions_AgreeWithTheEngine(int seed)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE texts (id BIGINT, v VARCHAR)");
        using (var rows = connection.CreateAppender("texts"))
        {
            for (var i = 0; i < Texts.Length; i++)
            {
                rows.Append((long)i);
                rows.Append(Texts[i]);
                rows.EndRow();
            }

            rows.Complete();
        }

        var random = new Random(seed);
        var (compiled, refused) = (0, 0);
        for (var i = 0; i < 150; i++)
        {
            var expression = Expression(random, 3);
            expression = $"{(random.Next(3) == 0 ? "^" : "")}{expression}{(random.Next(3) == 0 ? "$" : "")}";
            foreach (var whole in new[] { true, false })
            {
                if (TextPattern.Compile(expression, whole) is not { } pattern)
                {
                    refused++;
                    continue;
                }

                compiled++;
                var seen = connection.Query($"SELECT v FROM texts WHERE {(whole ? "regexp_full_match" : "regexp_matches")}(v, {SqlIdentifier.Literal(expression)}) ORDER BY id").Rows.Select(r => (string)r[0]!);
                Assert.True(Texts.Where(t => pattern.IsMatch(Encoding.UTF8.GetBytes(t))).SequenceEqual(seen), $"'{expression}', whole: {whole}: engine [{string.Join('|', seen)}], here [{string.Join('|', Texts.Where(t => pattern.IsMatch(Encoding.UTF8.GetBytes(t))))}]");
            }
        }

        Assert.True(compiled > 4 * refused, $"{compiled} compiled, {refused} refused");
    }

    [Theory]
    [InlineData("email")]
    [InlineData("uuid")]
    [InlineData("uri")]
    [InlineData("hostname")]
    [InlineData("ipv4")]
    [InlineData("ipv6")]
    [InlineData("base64")]
    public void IsMatch_NamedForms_AgreeWithTheEngine(string format)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        var expression = ValueFormats.Pattern(format)!;
        var pattern = TextPattern.Compile(expression, whole: true);

        Assert.NotNull(pattern);
        Assert.All(Texts, t => Assert.Equal(connection.Scalar<bool>("SELECT regexp_full_match($text, $expression)", new Dictionary<string, object?> { ["text"] = t, ["expression"] = expression }), pattern.IsMatch(Encoding.UTF8.GetBytes(t))));
    }

    [Theory]
    [InlineData("(?i)a")]
    [InlineData("a\\b")]
    [InlineData("^a|b")]
    [InlineData("[[:alpha:]]")]
    [InlineData("é")]
    [InlineData("a**")]
    [InlineData("(a{200}){200}")]
    [InlineData("a{")]
    [InlineData("\\p{L}")]
    public void Compile_WhatTheTableCannotSay_IsLeftToTheEngine(string expression) => Assert.Null(TextPattern.Compile(expression, whole: false));

    [Fact]
    public void Run_ManyStoredRows_CountsAsOverFewRows()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 2 });
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE many AS SELECT CASE WHEN i % 1000 = 0 THEN 'bad ' || i WHEN i % 777 = 0 THEN NULL ELSE 'C' || lpad(i::VARCHAR, 6, '0') END AS code, CASE WHEN i % 5000 = 1 THEN 'x' ELSE 'u' || i || '@x.org' END AS mail, i AS n FROM range(150000) t(i)");
        var table = ContractParser.Parse("""
            apiVersion: v3.1.0
            kind: DataContract
            id: c
            version: 1.0.0
            status: active
            schema:
            - name: t
              properties:
              - {name: code, logicalType: string, required: true, logicalTypeOptions: {pattern: "^C[0-9]{6}$", maxLength: 7}}
              - {name: mail, logicalType: string, logicalTypeOptions: {format: email}, quality: [{name: known, metric: invalidValues, mustBe: 0, severity: warning, arguments: {pattern: "@x[.]org"}}]}
              - {name: n, logicalType: integer, logicalTypeOptions: {maximum: 149000}, quality: [{name: both, type: custom, engine: duckdb, implementation: "n >= 0 AND mail IS NOT NULL"}]}
            """, "c").Contract!.Table();

        var report = ContractPlan.Compile(table, connection, "many").Run(connection, CheckedData.Request("many"));

        Assert.Equal(
            "code.required=193 code.max_length=149 code.pattern=150 mail.format=30 known=30 n.maximum=999",
            string.Join(' ', report.Results.Where(r => r.Status is CheckStatus.Failed).Select(r => $"{r.Rule}={r.Offenders}")));
        Assert.Equal(150_000, report.Passing + report.Quarantined);
        Assert.Equal(report.Quarantined, connection.Scalar<long>("SELECT count(*) FROM many WHERE code IS NULL OR length(code) > 7 OR NOT regexp_matches(code, '^C[0-9]{6}$') OR NOT contains(mail, '@') OR n > 149000"));
    }

    private static string Expression(Random random, int depth)
    {
        string[] atoms = ["a", "b", "[a-c]", "[^a]", "\\d", "\\w", "\\s", "\\S", ".", "[0-9]", "[A-Z]", "@", "\\.", "[.\\-_]", "[]a]", "[^\\s@]", "C", "1", "\\W"];
        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var part = depth > 0 && random.Next(3) == 0
                ? $"({(random.Next(2) == 0 ? "?:" : "")}{string.Join('|', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Expression(random, depth - 1)))})"
                : atoms[random.Next(atoms.Length)];
            return part + new[] { "", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "+?" }[random.Next(11)];
        });
        return string.Concat(parts);
    }
}
