using System.Globalization;
using System.Text.RegularExpressions;

namespace Lakehouse.DuckDb;

/// <summary>Writing Parquet with statistics.</summary>
public sealed unsafe partial class DuckDbConnection
{
    /// <summary>Writes a relation or SELECT into one file. A failure or cancellation leaves no file.</summary>
    /// <param name="select">A SELECT (also <c>WITH</c>, <c>FROM</c>, <c>VALUES</c>; comments are fine), or a relation's quoted name.</param>
    /// <param name="path">Absolute path of a file that does not exist yet.</param>
    /// <param name="options">Compression and row groups.</param>
    /// <param name="columns">Names and SQL types of its columns. Default: null, the engine is asked.</param>
    /// <param name="cancellationToken">Interrupts the write.</param>
    public ParquetFile CopyToParquet(
        string select, string path, ParquetWriteOptions? options = null, IEnumerable<(string Name, string Type)>? columns = null, CancellationToken cancellationToken = default)
    {
        options ??= new ParquetWriteOptions();
        var source = IsName(select) ? $"SELECT * FROM {select}" : select;
        var types = columns ?? Describe(source, cancellationToken);

        // The line end keeps a comment that ends the text from taking the parenthesis with it.
        var sorted = options.SortedBy.Count == 0 ? source : $"SELECT * FROM ({source}\n) ORDER BY {string.Join(", ", options.SortedBy.Select(SqlIdentifier.Quote))}";
        var copy = string.Create(
            CultureInfo.InvariantCulture,
            $"COPY ({sorted}\n) TO {SqlIdentifier.Literal(path)} (FORMAT parquet, COMPRESSION {options.Compression}, ROW_GROUP_SIZE {options.RowGroupSize}, RETURN_STATS{Extras(options)})");
        var row = Query(copy, null, cancellationToken).Rows[0];
        var statistics = ((KeyValuePair<object, object?>[])row[4]!).ToDictionary(
            p => (string)p.Key,
            p => ((KeyValuePair<object, object?>[])p.Value!).ToDictionary(v => (string)v.Key, v => (string?)v.Value, StringComparer.Ordinal),
            StringComparer.Ordinal);
        return new ParquetFile(
            path,
            Convert.ToInt64(row[1], CultureInfo.InvariantCulture),
            Convert.ToInt64(row[2], CultureInfo.InvariantCulture),
            [.. types.Select(t => Statistics(t.Name, t.Type, statistics.GetValueOrDefault(SqlIdentifier.Quote(t.Name))))])
        {
            Leaves = statistics.ToDictionary(s => s.Key, s => Statistics(s.Key, "", s.Value), StringComparer.Ordinal),
        };
    }

    private static string Extras(ParquetWriteOptions options) => string.Concat(
    [
        options.CompressionLevel is { } level ? string.Create(CultureInfo.InvariantCulture, $", COMPRESSION_LEVEL {level}") : "",
        options.Metadata.Count > 0
            ? $", KV_METADATA {{{string.Join(", ", options.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{SqlIdentifier.Quote(m.Key)}: {SqlIdentifier.Literal(m.Value)}"))}}}"
            : "",
    ]);

    /// <summary>Whether a text is a name, quoted or not, qualified or not: anything else is a query.</summary>
    private static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex("^\\s*(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_]*)(?:\\s*\\.\\s*(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_]*))*\\s*$")]
    private static partial Regex Name();

    private static ColumnStatistics Statistics(string name, string type, Dictionary<string, string?>? seen) => new(
        name,
        type,
        seen?.GetValueOrDefault("min"),
        seen?.GetValueOrDefault("max"),
        seen?.GetValueOrDefault("null_count") is { } nulls ? long.Parse(nulls, CultureInfo.InvariantCulture) : null,
        seen?.GetValueOrDefault("has_nan") is "true" or "1");
}
