using System.Globalization;
using Lakehouse.DuckDb;

namespace Lakehouse.Quality.Statistics;

/// <summary>How much a column's values are spread differently than before.</summary>
/// <param name="Psi">Population stability index over the reference's quantiles, null being a bin of its own. Below 0.1: stable; from 0.25 on: shifted.</param>
/// <param name="KolmogorovSmirnov">Greatest distance between both cumulative distributions at the bins' edges, nulls left out; 0 to 1.</param>
/// <param name="ReferenceRows">Rows of the reference.</param>
/// <param name="Rows">Rows compared with it.</param>
public sealed record DistributionDrift(double Psi, double KolmogorovSmirnov, long ReferenceRows, long Rows)
{
    // An empty bin would make the index infinite; half a row stands for "too few to be seen".
    private const double LeastRows = 0.5;

    /// <summary>Compares a numeric, date or time column of two relations.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="reference">Relation with the earlier values, unquoted.</param>
    /// <param name="relation">Relation with the new values, unquoted.</param>
    /// <param name="column">Name of the column in both.</param>
    /// <param name="bins">Number of bins of about the same number of earlier values. Default: 10.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public static DistributionDrift Compare(DuckDbConnection connection, string reference, string relation, string column, int bins = 10, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        var name = SqlIdentifier.Quote(column);
        var (before, after) = (SqlIdentifier.QuoteQualified(reference), SqlIdentifier.QuoteQualified(relation));
        var quantiles = string.Join(", ", Enumerable.Range(1, bins - 1).Select(i => ((double)i / bins).ToString("R", CultureInfo.InvariantCulture)));
        var rows = connection.Query(
            $"""
            WITH edges AS (SELECT list_sort(list_distinct(quantile_disc({name}, [{quantiles}]))) AS e FROM {before}),
            binned AS (
                SELECT 0 AS side, CASE WHEN {name} IS NULL THEN -1 ELSE len(list_filter(e, lambda x: x < {name})) END AS bin FROM {before}, edges
                UNION ALL
                SELECT 1, CASE WHEN {name} IS NULL THEN -1 ELSE len(list_filter(e, lambda x: x < {name})) END FROM {after}, edges)
            SELECT bin, count(*) FILTER (WHERE side = 0), count(*) FILTER (WHERE side = 1) FROM binned GROUP BY bin ORDER BY bin
            """,
            null,
            cancellationToken).Rows;
        return Of([.. rows.Select(r => (IsNull: Convert.ToInt64(r[0], CultureInfo.InvariantCulture) < 0, Before: (long)r[1]!, After: (long)r[2]!))]);
    }

    private static DistributionDrift Of(IReadOnlyList<(bool IsNull, long Before, long After)> bins)
    {
        var (before, after) = (bins.Sum(b => b.Before), bins.Sum(b => b.After));
        if (before == 0 || after == 0)
        {
            return new DistributionDrift(before == after ? 0 : double.PositiveInfinity, before == after ? 0 : 1, before, after);
        }

        var psi = bins.Sum(b =>
        {
            var (was, is_) = (Math.Max(b.Before, LeastRows) / before, Math.Max(b.After, LeastRows) / after);
            return (is_ - was) * Math.Log(is_ / was);
        });

        var values = bins.Where(b => !b.IsNull).ToList();
        var (valuesBefore, valuesAfter) = (values.Sum(b => b.Before), values.Sum(b => b.After));
        double distance = valuesBefore == 0 == (valuesAfter == 0) ? 0 : 1;
        double cumulative = 0, cumulativeAfter = 0;
        foreach (var bin in valuesBefore > 0 && valuesAfter > 0 ? values : [])
        {
            cumulative += (double)bin.Before / valuesBefore;
            cumulativeAfter += (double)bin.After / valuesAfter;
            distance = Math.Max(distance, Math.Abs(cumulative - cumulativeAfter));
        }

        return new DistributionDrift(psi, distance, before, after);
    }
}
