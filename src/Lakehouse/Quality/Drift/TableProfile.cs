using System.Globalization;
using Lakehouse.DuckDb;

namespace Lakehouse.Quality.Drift;

/// <summary>Profiles of a relation's columns, in their order.</summary>
/// <param name="Columns">The profiles.</param>
public sealed record TableProfile(IReadOnlyList<ColumnProfile> Columns)
{
    internal const int SketchSize = 256;

    // How a value can be written. Each is a pattern of the whole text.
    private static readonly (string Name, string Pattern)[] Forms =
    [
        ("whole number", "[-+]?(0|[1-9][0-9]*)"),
        ("number with a leading zero", "0[0-9]+"),
        ("whole number with .0", @"[-+]?[0-9]+\.0+"),
        ("decimal number", @"[-+]?[0-9]+\.[0-9]*[1-9][0-9]*"),
        ("number with a comma", "[-+]?[0-9]+,[0-9]+"),
        ("number in exponent form", @"[-+]?[0-9.]+[eE][-+]?[0-9]+"),
        ("date yyyy-MM-dd", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        ("date with slashes", "[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}"),
        ("date with dots", @"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}"),
        ("date and time with T", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[-+][0-9:]+)?"),
        ("date and time with a blank", "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+"),
        ("date with slashes and time", "[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4} [0-9:]+"),
        ("upper case", "[^a-z]*[A-Z][^a-z]*"),
        ("lower case", "[^A-Z]*[a-z][^A-Z]*"),
        ("yes or no", "(?i)y|n|yes|no"),
        ("true or false", "(?i)true|false"),
        ("word for nothing", @"(?i)n/?a|null|none|nan|-|\?|unknown"),
        ("blanks around it", @"\s.*|.*\s"),
    ];

    /// <summary>Looks at a sample of a relation's rows, the same rows for the same data.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="relation">Name of the table or view, unquoted.</param>
    /// <param name="sample">Rows in the sample. Default: 20,000.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public static TableProfile Of(DuckDbConnection connection, string relation, int sample = 20_000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var name = SqlIdentifier.QuoteQualified(relation);
        var columns = connection.Describe(name, cancellationToken);
        var measures = columns.SelectMany(c =>
        {
            var text = $"CAST({SqlIdentifier.Quote(c.Name)} AS VARCHAR)";

            // How a number is written is the engine's own way, not the source's.
            return Forms.Select(f => c.Type is "VARCHAR" ? $"count(*) FILTER (WHERE regexp_full_match({text}, {SqlIdentifier.Literal(f.Pattern)}))" : "0").Concat(
            [
                $"count({text})", $"min(length({text}))", $"max(length({text}))", $"median(TRY_CAST({text} AS DOUBLE))", $"count(TRY_CAST({text} AS DOUBLE))",
                string.Create(CultureInfo.InvariantCulture, $"list_slice(list_sort(list(DISTINCT hash({text})) FILTER (WHERE {text} IS NOT NULL)), 1, {SketchSize})"),
            ]);
        });
        var row = connection.Query(
            string.Create(CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", measures)} FROM (SELECT * FROM {name} USING SAMPLE reservoir({sample} ROWS) REPEATABLE (20))"), null, cancellationToken).Rows[0];
        return new TableProfile([.. columns.Select((c, i) => Read(c, [.. row.Skip(i * (Forms.Length + 6)).Take(Forms.Length + 6)]))]);
    }

    private static ColumnProfile Read((string Name, string Type) column, IReadOnlyList<object?> measured)
    {
        long Number(int i) => Convert.ToInt64(measured[i] ?? 0L, CultureInfo.InvariantCulture);
        var values = Number(Forms.Length);
        return new ColumnProfile
        {
            Name = column.Name,
            Type = column.Type,
            Values = values,
            Forms = Forms.Select((f, i) => (f.Name, Share: values == 0 ? 0 : (double)Number(i) / values)).Where(f => f.Share > 0).ToDictionary(f => f.Name, f => f.Share, StringComparer.Ordinal),
            Length = (Number(Forms.Length + 1), Number(Forms.Length + 2)),
            Median = values > 0 && Number(Forms.Length + 4) >= 0.9 * values ? (double?)measured[Forms.Length + 3] : null,
            Sketch = [.. ((object?[]?)measured[Forms.Length + 5] ?? []).Select(h => (ulong)h!)],
        };
    }
}
