using System.Text;
using Lakehouse.Contracts;
using Lakehouse.Csv;
using Lakehouse.DuckDb;
using Lakehouse.Quality;

namespace Lakehouse.Tests.Quality;

/// <summary>Runs a table's checks over CSV text as a plain test of the data does.</summary>
internal static class CheckedData
{
    public static CheckReport Run(ContractTable table, string csv)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        using var reader = CsvSource.Open(new MemoryStream(Encoding.UTF8.GetBytes(csv)), CsvDialect.Default, "data.csv");
        connection.Execute($"CREATE TABLE data ({string.Join(", ", reader.Header.Select(h => $"{SqlIdentifier.Quote(h)} VARCHAR"))})");
        using (var rows = connection.CreateAppender("data"))
        {
            while (reader.Read())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    rows.Append(reader.IsNull(i) ? null : reader.GetString(i));
                }

                rows.EndRow();
            }

            rows.Complete();
        }

        return ContractPlan.Compile(table, connection, "data", TextColumns.CheckEachValue).Run(connection, Request("data") with { Scope = CheckScope.Input });
    }

    public static CheckRequest Request(string relation) =>
        new() { Relation = relation, Dataset = "silver.t", Partition = "2020-03-22", RunId = "run-1", QuarantinedAt = DateTimeOffset.UnixEpoch };
}
