using System.Text;
using Lakehouse.Lineage;
using Lakehouse.Tables;

namespace Lakehouse.Tests.Lineage;

/// <summary>
/// Queries with the edges that a reader finds in them, in <c>corpus.txt</c>: a query, then a line for each column and, under <c>*</c>, what decides about
/// rows. Kinds: I identity, T transformation, A aggregation, C conditional, W window, J join, F filter, G group, S sort; <c>!</c> masked.
/// </summary>
public sealed class LineageCorpusTests
{
    private static readonly Dictionary<string, IReadOnlyList<TableColumn>> Inputs = new(StringComparer.Ordinal)
    {
        ["o.orders"] = [new("id", "BIGINT"), new("cust", "VARCHAR"), new("amt", "DECIMAL(12,2)"), new("ts", "TIMESTAMP"), new("tags", "VARCHAR[]"), new("s", "STRUCT(x INTEGER, y VARCHAR)")],
        ["o.people"] = [new("cust", "VARCHAR"), new("email", "VARCHAR"), new("region", "VARCHAR")],
        ["o.days"] = [new("day", "DATE"), new("n", "BIGINT")],
        ["o.tree"] = [new("id", "BIGINT"), new("parent", "BIGINT"), new("name", "VARCHAR")],
        ["o.Odd Table"] = [new("Odd Name", "BIGINT"), new("quo\"te", "VARCHAR")],
    };

    public static TheoryData<string> Cases { get; } = [.. File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Lineage", "corpus.txt")).Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_AQuery_FindsItsEdges(string expected)
    {
        var sql = expected.Split('\n')[0];

        var lineage = SqlLineage.Of(sql, Inputs, new Dictionary<string, string> { ["start"] = "DATE", ["end"] = "DATE" });

        Assert.True(lineage.Reason is null, lineage.Reason);
        Assert.True(lineage.IsExact);
        var seen = Text(sql, lineage);
        Assert.True(expected == seen, $"expected:\n{expected}\nseen:\n{seen}");
        Assert.Equal(lineage.Columns.SelectMany(c => c.Sources).Concat(lineage.Rows).Select(e => e.Table).Except(lineage.Tables), []);
    }

    [Fact]
    public void Cases_AreOverAHundred() => Assert.True(Cases.Count() >= 100);

    private static string Text(string sql, QueryLineage lineage)
    {
        var text = new StringBuilder(sql);
        foreach (var column in lineage.Columns)
        {
            text.Append('\n').Append(column.Name).Append(" <- ").AppendJoin(", ", column.Sources.Select(Short));
        }

        if (lineage.Rows.Count > 0)
        {
            text.Append("\n* <- ").AppendJoin(", ", lineage.Rows.Select(Short));
        }

        return text.ToString().Replace(" \n", "\n", StringComparison.Ordinal).TrimEnd();
    }

    private static string Short(LineageEdge edge) => $"{edge.Table[2..]}.{edge.Column} {edge.Kind.ToString()[0]}{(edge.IsMasking ? "!" : "")}";
}
