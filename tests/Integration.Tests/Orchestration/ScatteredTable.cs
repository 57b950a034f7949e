using System.Globalization;
using Lakehouse;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;

namespace Integration.Tests.Orchestration;

/// <summary>A table <c>gold.country_daily</c> whose rows lie in many small files, as a run that appends every few minutes would leave them.</summary>
internal static class ScatteredTable
{
    public const string Name = "gold.country_daily";

    public const string AllRows = "select * from gold.country_daily order by all";

    /// <summary>Writes one file for each number of files into each partition.</summary>
    public static async Task WriteAsync(Lake lake, IReadOnlyList<string> days, int files)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var local = lake.OpenFiles();
        await using var operations = new TableOperations(lake.Table(Name), connection, local);
        await operations.CreateIfAbsentAsync([new TableColumn("report_date", "DATE"), new TableColumn("country", "VARCHAR"), new TableColumn("n", "BIGINT")], ["report_date"]);
        for (var i = 0; i < files; i++)
        {
            var rows = string.Join(" UNION ALL ", days.Select(d => string.Create(CultureInfo.InvariantCulture, $"SELECT DATE '{d}' AS report_date, 'c' || range AS country, {i} * 1000 + range AS n FROM range(50)")));
            await operations.AppendAsync(rows);
        }
    }
}
