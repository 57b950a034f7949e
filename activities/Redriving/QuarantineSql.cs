using System.Globalization;
using Lakehouse.DuckDb;

namespace Orchestrator.Activities.Redriving;

/// <summary>How rows that are kept aside are asked for.</summary>
internal static class QuarantineSql
{
    /// <summary>The rules that a row breaks, as a list.</summary>
    public const string Rules = "string_split(coalesce(rules, \"rule\"), ',')";

    /// <summary>What tells a row from others however often it is made: where it stands in the source, or what it says where nobody knows that.</summary>
    public const string Key = "coalesce(source_uri, '') || '|' || coalesce(CAST(source_row AS VARCHAR), md5(coalesce(\"row\", '')))";

    /// <summary>A table at a version.</summary>
    public static string At(string table, long version) => string.Create(CultureInfo.InvariantCulture, $"{table} AT (VERSION => {version})");

    /// <summary>A table at a version, without its rows.</summary>
    public static string NothingOf(string table, long version) => $"(SELECT * FROM {At(table, version)} WHERE false)";

    /// <summary>
    /// Rows of partitions at two versions against each other: partition, rule, before, no longer, still, new. A key that stands twice is two rows.
    /// </summary>
    /// <param name="before">The table as it was.</param>
    /// <param name="after">The table as it is.</param>
    /// <param name="partitions">Values of its partitions.</param>
    /// <param name="byRule">Whether a row counts for each rule that it breaks, or once.</param>
    public static string Compare(string before, string after, IReadOnlyList<string> partitions, bool byRule)
    {
        var named = string.Join(", ", partitions.Select(SqlIdentifier.Literal));
        string Rows(string table) =>
            $"SELECT p, r, k, count(*) AS n FROM (SELECT \"partition\" AS p, {(byRule ? $"unnest({Rules})" : "''")} AS r, {Key} AS k FROM {table} WHERE \"partition\" IN ({named})) GROUP BY p, r, k";
        return "SELECT coalesce(b.p, a.p) AS p, coalesce(b.r, a.r) AS r, CAST(sum(coalesce(b.n, 0)) AS BIGINT), CAST(sum(greatest(coalesce(b.n, 0) - coalesce(a.n, 0), 0)) AS BIGINT), "
            + "CAST(sum(least(coalesce(b.n, 0), coalesce(a.n, 0))) AS BIGINT), CAST(sum(greatest(coalesce(a.n, 0) - coalesce(b.n, 0), 0)) AS BIGINT) "
            + $"FROM ({Rows(before)}) AS b FULL JOIN ({Rows(after)}) AS a ON b.p = a.p AND b.r = a.r AND b.k = a.k GROUP BY 1, 2 ORDER BY 1, 2";
    }
}
