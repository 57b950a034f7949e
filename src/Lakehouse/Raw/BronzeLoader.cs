using System.Text;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Raw.Csv;
using Lakehouse.Tables;

namespace Lakehouse.Raw;

/// <summary>
/// Loads landed bytes as text rows: each value as it stands in the file, each row with where it came from, each record that is no
/// row kept aside with its reason, place and raw bytes. All of a file or nothing of it: the tables change only when the file was
/// read to its end. Repeatable on a fresh table.
/// </summary>
public static class BronzeLoader
{
    private const int CheckCancellationEvery = 4096;

    /// <summary>Loads one file.</summary>
    /// <param name="bytes">The landed bytes; closed afterwards.</param>
    /// <param name="load">What to load and where to.</param>
    /// <param name="connection">The engine.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    /// <exception cref="LakehouseException">
    /// <c>csv.…</c>: the file cannot be read or is cut off. <c>contract.header_mismatch</c>: its header fits none of the contract's.
    /// </exception>
    public static BronzeLoadResult Load(Stream bytes, BronzeLoad load, DuckDbConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(connection);
        var dialect = CsvDialect.From(load.Table);
        var declared = Generations(load);
        using var reader = CsvSource.Open(bytes, dialect, load.SourceUri, declared[0].Columns.Count);
        var match = dialect.HasHeader
            ? HeaderMatcher.Match(reader.Header, declared, load.SourceUri, load.Table.SchemaEvolution)
            : new HeaderMatch(declared[0], declared[0].Columns, Reordered: false, Absent: [], Discarded: []);

        var columns = BronzeColumns.Of(load.Table, load.Constants.Keys);
        connection.Execute(
            $"CREATE TABLE IF NOT EXISTS {SqlIdentifier.Quote(load.TargetTable)} ({string.Join(", ", columns.Select(c => $"{SqlIdentifier.Quote(c.Name)} {c.SqlType}"))})",
            cancellationToken);
        QuarantineTable.Create(connection, load.RejectsTable, cancellationToken);

        // An appender that is not completed still writes what it holds, so only a transaction keeps half a file out.
        connection.Execute("BEGIN TRANSACTION", cancellationToken);
        try
        {
            var result = Append(reader, load, connection, RowPlan(columns, match, Constants(connection, columns, load, match)), match, cancellationToken);
            connection.Execute("COMMIT", cancellationToken);
            return result;
        }
        catch
        {
            connection.Execute("ROLLBACK", CancellationToken.None);
            throw;
        }
    }

    private static BronzeLoadResult Append(
        CsvReader reader,
        BronzeLoad load,
        DuckDbConnection connection,
        IReadOnlyList<ColumnSource> plan,
        HeaderMatch match,
        CancellationToken cancellationToken)
    {
        long loaded = 0;
        long rejected = 0;
        using (var rows = connection.CreateAppender(load.TargetTable))
        using (var rejects = connection.CreateAppender(load.RejectsTable))
        {
            while (reader.Read())
            {
                if (reader.RecordNumber % CheckCancellationEvery == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (reader.Fault is { } fault)
                {
                    AppendReject(rejects, reader, fault, load);
                    rejected++;
                    continue;
                }

                AppendRow(rows, reader, plan);
                loaded++;
            }

            rows.Complete();
            rejects.Complete();
        }

        return reader.RecordNumber == loaded + rejected && reader.Faults == rejected
            ? new BronzeLoadResult(reader.RecordNumber, loaded, rejected, reader.BlankLines, match)
            : throw new LakehouseException("csv.conservation", $"'{load.SourceUri}': expected as many rows and rejects as the {reader.RecordNumber} records of the file, seen {loaded} and {rejected}.");
    }

    private static IReadOnlyList<HeaderGeneration> Generations(BronzeLoad load) => load.Table.Headers.Count > 0
        ? load.Table.Headers
        : [new HeaderGeneration("contract", [.. load.Table.Columns
            .Where(c => !BronzeColumns.IsSource(c.ColumnName) && !load.Constants.ContainsKey(c.ColumnName))
            .Select(c => new HeaderColumn(c.ColumnName, c.ColumnName, Optional: false))])];

    /// <summary>What is the same on every row, by column, as values of the columns' types.</summary>
    private static Dictionary<string, object?> Constants(DuckDbConnection connection, IReadOnlyList<TableColumn> columns, BronzeLoad load, HeaderMatch match)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["_source_uri"] = load.SourceUri,
            ["_arrived_at"] = load.ArrivedAt,
            ["_file_hash"] = load.FileHash,
            ["_header"] = match.Generation.Name,
        };
        foreach (var column in columns.Where(c => load.Constants.ContainsKey(c.Name)))
        {
            values[column.Name] = connection.Query($"SELECT CAST($value AS {column.SqlType})", new Dictionary<string, object?> { ["value"] = load.Constants[column.Name] }).Rows[0][0];
        }

        return values;
    }

    private static IReadOnlyList<ColumnSource> RowPlan(IReadOnlyList<TableColumn> columns, HeaderMatch match, Dictionary<string, object?> constants) =>
        [.. columns.Select(c => c.Name switch
        {
            "_source_row" => new ColumnSource(ColumnSourceKind.RecordNumber),
            "_source_line" => new ColumnSource(ColumnSourceKind.Line),
            _ when constants.TryGetValue(c.Name, out var constant) => new ColumnSource(ColumnSourceKind.Constant, Constant: constant is string text ? Encoding.UTF8.GetBytes(text) : constant),
            _ when match.Columns.ToList().FindIndex(m => m?.Name == c.Name) is >= 0 and var field => new ColumnSource(ColumnSourceKind.Field, field),
            _ => new ColumnSource(ColumnSourceKind.Constant),
        })];

    private static void AppendRow(DuckDbAppender rows, CsvReader reader, IReadOnlyList<ColumnSource> plan)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            var source = plan[i];
            switch (source.Kind)
            {
                case ColumnSourceKind.Field when reader.IsNull(source.Field): rows.AppendNull(); break;
                case ColumnSourceKind.Field: rows.Append(reader.GetUtf8(source.Field)); break;
                case ColumnSourceKind.RecordNumber: rows.Append(reader.RecordNumber); break;
                case ColumnSourceKind.Line: rows.Append(reader.Line); break;
                case ColumnSourceKind.Constant when source.Constant is byte[] utf8: rows.Append(utf8.AsSpan()); break;
                default: rows.AppendValue(source.Constant); break;
            }
        }

        rows.EndRow();
    }

    private static void AppendReject(DuckDbAppender rejects, CsvReader reader, CsvFault fault, BronzeLoad load)
    {
        rejects.Append(load.Dataset);
        rejects.Append(load.Partition);
        rejects.Append(fault.Code);
        rejects.Append($"line {reader.Line}, byte {fault.ByteOffset}: {fault.Message}");
        rejects.Append("error");
        rejects.Append(load.Table.ContractVersion);
        rejects.Append(load.SourceUri);
        rejects.Append(reader.RecordNumber);
        rejects.Append(RawJson(reader, load.Table));
        rejects.Append(load.RunId);
        rejects.Append(load.QuarantinedAt);
        rejects.Append(fault.Code);
        rejects.EndRow();
    }

    /// <summary>
    /// The record's place and exact bytes, as text where they are text and in base64 otherwise. A table with sensitive columns
    /// gives the place only: which part of a broken record is which column is not known, and the landed file still has it.
    /// </summary>
    private static string RawJson(CsvReader reader, ContractTable table)
    {
        var raw = reader.GetRawBytes();
        using var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("line", reader.Line);
            json.WriteNumber("byte", reader.ByteOffset);
            json.WriteNumber("length", raw.Length);
            if (!table.Columns.Any(c => c.IsSensitive))
            {
                if (System.Text.Unicode.Utf8.IsValid(raw) && !raw.AsSpan().Contains((byte)0))
                {
                    json.WriteString("text", raw);
                }
                else
                {
                    json.WriteBase64String("base64", raw);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
