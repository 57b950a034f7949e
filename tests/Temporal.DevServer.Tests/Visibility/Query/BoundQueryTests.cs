using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Tests.Visibility.Query;

public sealed class BoundQueryTests
{
    private static readonly SearchAttributeRegistry Attributes = new(
    [
        KeyValuePair.Create("Color", IndexedValueType.Keyword),
        KeyValuePair.Create("Size", IndexedValueType.Int),
        KeyValuePair.Create("Weight", IndexedValueType.Double),
        KeyValuePair.Create("Done", IndexedValueType.Bool),
        KeyValuePair.Create("Due", IndexedValueType.Datetime),
        KeyValuePair.Create("Words", IndexedValueType.Text),
        KeyValuePair.Create("Tags", IndexedValueType.KeywordList),
    ]);

    [Theory]
    [InlineData("Color = 'red' AND", "malformed SQL query: syntax error at position 45")]
    [InlineData("Color = 'red' AND AND", "malformed SQL query: syntax error at position 49 near 'and'")]
    [InlineData("Color ~ 'red'", "malformed SQL query: syntax error at position 35")]
    [InlineData("Color XOR 'red'", "malformed SQL query: syntax error at position 37 near 'xor'")]
    [InlineData("Color = /* never ends", "malformed SQL query: syntax error at position 49 near '/*'")]
    [InlineData("Status = 'x'", "invalid search attribute: status")]
    [InlineData("Color IS 'red'", "malformed SQL query: syntax error at position 42 near 'red'")]
    [InlineData("Done IS TRUE", "invalid expression: 'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'")]
    [InlineData("Color = NULL", "invalid expression: unexpected value type *sqlparser.NullVal")]
    [InlineData("Color = ('red')", "invalid expression: unexpected value type *sqlparser.ParenExpr")]
    [InlineData("Color NOT LIKE 'r%'", "operation is not supported: operator 'NOT LIKE' not supported for Keyword type search attribute 'Color'")]
    [InlineData("Size STARTS_WITH 1", "operation is not supported: operator 'STARTS_WITH' not supported for Int type search attribute 'Size'")]
    [InlineData("Size <=> 1", "operation is not supported: operator '<=>' not supported for Int type search attribute 'Size'")]
    [InlineData("Done BETWEEN true AND false", "invalid expression: cannot do range condition on search attribute 'Done' of type Bool")]
    [InlineData("Size = 'a\"b\n'", "invalid expression: invalid value type for search attribute Size of type Int: \"a\\\"b\\n\" (type: string)")]
    [InlineData("Color = 1.50", "invalid expression: invalid value type for search attribute Color of type Keyword: 1.5 (type: float64)")]
    [InlineData("Color IN ('red', 1)", "invalid expression: invalid value type for search attribute Color of type Keyword: 1 (type: int64)")]
    [InlineData("Due = 1.5", "invalid expression: invalid value type for search attribute Due of type Datetime: 1.5 (type: float64)")]
    [InlineData("ExecutionStatus = 99", "invalid expression: invalid ExecutionStatus value 99")]
    [InlineData("ExecutionStatus STARTS_WITH 'Failed'", "invalid expression: right-hand side of \"starts_with\" operator must be a literal string (got: Failed)")]
    [InlineData("Size = ?", "invalid expression: unable to parse value \":v1\"")]
    [InlineData("Words = '  '", "invalid expression: no tokens found filtering on Text type search attribute Words")]
    [InlineData("GROUP BY ExecutionStatus, Color", "operation is not supported: 'GROUP BY' clause supports only a single field")]
    [InlineData("Color = 'red' LIMIT 1", "operation is not supported: 'LIMIT' clause")]
    [InlineData("EXISTS (SELECT 1)", "operation is not supported: expression of type *sqlparser.ExistsExpr")]
    [InlineData("Color = 'red' = 'red'", "malformed SQL query: syntax error at position 43")]
    [InlineData("Color = 1 OR Nope = 2", "invalid expression: invalid value type for search attribute Color of type Keyword: 1 (type: int64)")]
    public void Parse_OfAWrongQuery_SaysWhatTheRealServerSays(string query, string error) =>
        Assert.Equal("invalid query: " + error, Assert.Throws<VisibilityQueryException>(() => BoundQuery.Parse(query, Attributes)).Message);

    [Theory]
    [InlineData("Color = 'red'", true)]
    [InlineData("color = 'red'", null)]
    [InlineData("`Color` = \"red\"", true)]
    [InlineData("Keyword01 = 'red'", true)]
    [InlineData("Keyword02 = 'red'", false)]
    [InlineData("not Color = 'blue' and Size = 3", true)]
    [InlineData("NOT (Color = 'red' AND Missing IS NULL)", null)]
    [InlineData("NOT (Color = 'red' AND Size > 5)", true)]
    [InlineData("Color = 'x' OR Color = 'red' # comment", true)]
    [InlineData("Size = +3 AND Size = 3.0 AND Size < 3.5 AND Size != 2.5 AND Size IN (1, 3e0)", true)]
    [InlineData("Weight = - -1.5", true)]
    [InlineData("Weight > 1 AND Weight < 1e300", true)]
    [InlineData("Done != false", true)]
    [InlineData("Due = '2026-01-01T01:00:00.000000001+01:00'", true)]
    [InlineData("Due > 1767225600000000000", true)]
    [InlineData("Due > 1767225600000000001", false)]
    [InlineData("Words = 'brown'", true)]
    [InlineData("Words = 'quick,BROWN'", true)]
    [InlineData("Words = 'brown,quick'", false)]
    [InlineData("Words = 'quickly fox'", true)]
    [InlineData("Words != 'zebra'", true)]
    [InlineData("Words = '-'", false)]
    [InlineData("Words = 'élan'", true)]
    [InlineData("Tags = 'A' AND Tags IN ('c', 'b')", true)]
    [InlineData("Tags != 'a'", false)]
    [InlineData("TemporalChangeVersion != 'x'", true)]
    [InlineData("BatcherUser != 'x'", false)]
    [InlineData("NOT BatcherUser = 'x'", false)]
    [InlineData("BatcherUser IS NULL", true)]
    [InlineData("ChangeVersion IS NULL AND TemporalWorkflowId = 'w'", true)]
    [InlineData("ScheduleId = 'w'", false)]
    [InlineData("WorkflowId NOT BETWEEN 'a' AND 'b'", true)]
    [InlineData("CloseTime > '1999-01-01T00:00:00Z' OR CloseTime IS NULL;", true)]
    [InlineData("NOT CloseTime > '1999-01-01T00:00:00Z'", false)]
    public void Where_OverOneRun_HoldsAsInSql(string text, bool? holds)
    {
        var run = new IndexedRun
        {
            WorkflowId = "w",
            RunId = "r",
            WorkflowType = "T",
            TaskQueue = "q",
            Status = WorkflowExecutionStatus.Running,
            StartTime = DateTime.UnixEpoch,
            ExecutionTime = DateTime.UnixEpoch,
            RootWorkflowId = "w",
            RootRunId = "r",
            Attributes = new Dictionary<string, object>
            {
                ["Color"] = "red",
                ["Size"] = 3L,
                ["Weight"] = 1.5,
                ["Done"] = true,
                ["Due"] = NanoTime.FromUnixNanos(1767225600000000001),
                ["Words"] = new SearchText("The quick-brown fox, e\u0301lan"),
                ["Tags"] = new[] { "a", "b" },
            },
        };
        bool? seen;
        try
        {
            seen = BoundQuery.Parse(text, Attributes).Where!.Test(run) == Truth.True;
        }
        catch (VisibilityQueryException)
        {
            seen = null;
        }

        Assert.Equal(holds, seen);
    }

    [Fact]
    public void Parse_OfManyTerms_TakesAnyNumberOfThem()
    {
        var query = string.Join(" OR ", Enumerable.Range(0, 20_000).Select(n => $"Size = {n} AND NOT Color = 'c{n}'"));
        Assert.NotNull(BoundQuery.Parse(query, Attributes).Where);
    }

    [Fact]
    public void Parse_OfRandomText_EitherParsesOrRefuses()
    {
        string[] pieces = ["Color", "Size", "ExecutionStatus", " = ", " != ", " IN ", "(", ")", ",", "'a'", "\"b", "`", "1", "-1.5", "0x1f", " AND ", " OR ", " NOT ", " IS NULL", " BETWEEN ", "true", "select", "--", "/*", "é", ".", "?", ";", "GROUP BY ", "ORDER BY ", "LIMIT 1", " STARTS_WITH ", "\\", "@x", ":a", "x'4'"];
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                BoundQuery.Parse(text, Attributes);
            }
            catch (VisibilityQueryException e)
            {
                Assert.StartsWith("invalid query: ", e.Message);
            }
        }
    }

    [Fact]
    public void SearchAttributePayloads_WrittenAndRead_GiveTheSameValues()
    {
        var values = new Dictionary<string, object> { ["Color"] = "ü", ["Size"] = long.MaxValue, ["Weight"] = 1.0, ["Done"] = false, ["Due"] = NanoTime.FromUnixNanos(-1), ["Tags"] = new[] { "a", "" } };
        var fields = SearchAttributePayloads.Write(values);
        Assert.Equal("1", fields["Weight"].Data.ToStringUtf8());
        Assert.Equal("\"1969-12-31T23:59:59.999999999Z\"", fields["Due"].Data.ToStringUtf8());
        Assert.Equal("KeywordList", fields["Tags"].Metadata["type"].ToStringUtf8());
        Assert.Equal(values, SearchAttributePayloads.Read(fields, Attributes));
    }
}
