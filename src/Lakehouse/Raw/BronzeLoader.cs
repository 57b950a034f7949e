using System.Globalization;
using System.Text;
using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;
using Lakehouse.Quality;
using Lakehouse.Raw.Compression;
using Lakehouse.Raw.Csv;
using Lakehouse.Raw.JsonLines;
using Lakehouse.Raw.Parquet;
using Lakehouse.Tables;

namespace Lakehouse.Raw;

/// <summary>
/// Loads landed bytes as text rows: each value as it stands in the file, each row with where it came from, each record that is no
/// row kept aside with its reason, place and raw bytes. All of a file or nothing of it: the tables change only when the file was
/// read to its end. Repeatable on a fresh table.
/// </summary>
public static partial class BronzeLoader
{
    private const int CheckCancellationEvery = 4096;

    /// <summary>Loads one file.</summary>
    /// <param name="bytes">The landed bytes; closed afterwards.</param>
    /// <param name="load">What to load and where to.</param>
    /// <param name="connection">The engine.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    /// <exception cref="LakehouseException">
    /// <c>csv.…</c>, <c>json.…</c>, <c>parquet.…</c>: the file cannot be read or is cut off. <c>contract.header_mismatch</c>: its header fits none of the contract's.
    /// </exception>
    public static BronzeLoadResult Load(Stream bytes, BronzeLoad load, DuckDbConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(connection);
        try
        {
            return RawFormats.Of(load.Table) switch
            {
                RawFormat.JsonLines => LoadJsonLines(bytes, load, connection, cancellationToken),
                RawFormat.Parquet => LoadParquet(bytes, load, connection, cancellationToken),
                _ => LoadCsv(bytes, load, connection, cancellationToken),
            };
        }
        finally
        {
            bytes.Dispose();
        }
    }

    /// <summary>Creates the tables for rows and rejects where they are not there yet.</summary>
    internal static IReadOnlyList<TableColumn> CreateTables(
        ContractTable table, IEnumerable<string> constants, string rows, string rejects, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var columns = BronzeColumns.Of(table, constants);
        connection.Execute(
            $"CREATE TABLE IF NOT EXISTS {SqlIdentifier.Quote(rows)} ({string.Join(", ", columns.Select(c => $"{SqlIdentifier.Quote(c.Name)} {c.SqlType}"))})",
            cancellationToken);
        QuarantineTable.Create(connection, rejects, cancellationToken);
        return columns;
    }

    private static BronzeLoadResult LoadCsv(Stream bytes, BronzeLoad load, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var (reader, match) = OpenCsv(bytes, load);
        using (reader)
        {
            return InTransaction(load, connection, match, plan => Append(reader, load, connection, plan, match, cancellationToken), cancellationToken);
        }
    }

    private static (IRecordReader Reader, HeaderMatch Match) OpenCsv(Stream bytes, BronzeLoad load)
    {
        var dialect = CsvDialect.From(load.Table);
        var declared = Generations(load);
        var reader = CsvSource.Open(bytes, dialect, load.SourceUri, declared[0].Columns.Count);
        try
        {
            return (reader, dialect.HasHeader
                ? HeaderMatcher.Match(reader.Header, declared, load.SourceUri, load.Table.SchemaEvolution)
                : new HeaderMatch(declared[0], declared[0].Columns, Reordered: false, Absent: [], Discarded: []));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static BronzeLoadResult LoadJsonLines(Stream bytes, BronzeLoad load, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var (reader, match) = OpenJsonLines(bytes, load);
        using (reader)
        {
            var result = InTransaction(load, connection, match, plan => Append(reader, load, connection, plan, match, cancellationToken), cancellationToken);
            return result with { Header = match with { Discarded = [.. reader.Discarded.Order(StringComparer.Ordinal)] } };
        }
    }

    /// <summary>Every line says by itself which keys it has, so there is one form of header only, and a key that is missing is the record's fault.</summary>
    private static (JsonLinesReader Reader, HeaderMatch Match) OpenJsonLines(Stream bytes, BronzeLoad load)
    {
        var generation = Generations(load) is [var only]
            ? only
            : throw new LakehouseException("raw.paths", $"Table '{load.Table.Name}': expected one header generation for JSON lines, seen {load.Table.Headers.Count}.");
        return (
            new JsonLinesReader(PackedSource.Open(bytes, load.SourceUri, "json"), generation.Columns, load.SourceUri, load.Table.SchemaEvolution, CsvDialect.From(load.Table).MaxRecordBytes),
            new HeaderMatch(generation, generation.Columns, Reordered: false, Absent: [], Discarded: []));
    }

    private static BronzeLoadResult LoadParquet(Stream bytes, BronzeLoad load, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        // The engine reads the end of the file first, so it needs a file.
        var path = bytes is FileStream file ? file.Name : Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");
        try
        {
            if (bytes is not FileStream)
            {
                using var copy = File.Create(path);
                bytes.CopyTo(copy);
            }

            var input = ParquetInput.Open(connection, path, load.SourceUri, cancellationToken);
            var match = HeaderMatcher.Match(input.Header, Generations(load), load.SourceUri, load.Table.SchemaEvolution is SchemaEvolution.Discard ? SchemaEvolution.Discard : SchemaEvolution.Freeze, isSchema: true);
            return InTransaction(
                load,
                connection,
                match,
                plan =>
                {
                    var loaded = input.Append(load.TargetTable, [.. BronzeColumns.Of(load.Table, load.Constants.Keys).Zip(plan)], cancellationToken);
                    return Conserved(load, new BronzeLoadResult(input.Records, loaded, 0, 0, match));
                },
                cancellationToken);
        }
        finally
        {
            if (bytes is not FileStream)
            {
                File.Delete(path);
            }
        }
    }

    private static BronzeLoadResult InTransaction(
        BronzeLoad load, DuckDbConnection connection, HeaderMatch match, Func<IReadOnlyList<ColumnSource>, BronzeLoadResult> append, CancellationToken cancellationToken)
    {
        var columns = CreateTables(load.Table, load.Constants.Keys, load.TargetTable, load.RejectsTable, connection, cancellationToken);

        // An appender that is not completed still writes what it holds, so only a transaction keeps half a file out.
        connection.Execute("BEGIN TRANSACTION", cancellationToken);
        try
        {
            var result = append(RowPlan(columns, match, Constants(connection, columns, load, match)));
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
        IRecordReader reader,
        BronzeLoad load,
        DuckDbConnection connection,
        IReadOnlyList<ColumnSource> plan,
        HeaderMatch match,
        CancellationToken cancellationToken)
    {
        long loaded = 0;
        long rejected = 0;
        long aside = 0;
        var unexpected = Unexpected(load, match);
        using var values = HashOf(BronzeColumns.Of(load.Table, load.Constants.Keys), load, match);
        using (var rows = connection.CreateAppender(load.TargetTable))
        using (var rejects = connection.CreateAppender(load.RejectsTable))
        {
            while (reader.Read())
            {
                if (reader.RecordNumber % CheckCancellationEvery == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (reader.RecordFault is { } fault)
                {
                    AppendReject(rejects, reader, fault, load);
                    values.Reject(reader.GetRawBytes());
                    rejected++;
                    continue;
                }

                if (unexpected is not null)
                {
                    AppendReject(rejects, reader, new RecordFault("schema.unexpected_columns", reader.ByteOffset, unexpected), load);
                    values.Reject(reader.GetRawBytes());
                    aside++;
                    continue;
                }

                AppendRow(rows, reader, plan, match, values);
                loaded++;
            }

            rows.Complete();
            rejects.Complete();
        }

        return reader.Faults == rejected
            ? Conserved(load, new BronzeLoadResult(reader.RecordNumber, loaded, rejected + aside, reader.BlankLines, match) { ValueHash = values.Finish() })
            : throw new LakehouseException("raw.conservation", $"'{load.SourceUri}': expected {reader.Faults} rejects, seen {rejected}.");
    }

    /// <summary>Why no record of the file may become a row; null when they may.</summary>
    private static string? Unexpected(BronzeLoad load, HeaderMatch match) => load.Table.SchemaEvolution is SchemaEvolution.Quarantine && match.Discarded.Count > 0
        ? $"the file has columns beyond the contract: {string.Join(", ", match.Discarded.Select(d => $"'{d}'"))}"
        : null;

    /// <summary>Nothing of a file is dropped without a word.</summary>
    private static BronzeLoadResult Conserved(BronzeLoad load, BronzeLoadResult result) => result.Records == result.Loaded + result.Rejected
        ? result
        : throw new LakehouseException("raw.conservation", $"'{load.SourceUri}': expected as many rows and rejects as the {result.Records} records of the file, seen {result.Loaded} and {result.Rejected}.");

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
            values[column.Name] = Constant(connection, column.SqlType, load.Constants[column.Name]);
        }

        return values;
    }

    /// <summary>A text as a value of a column's type. Partitions have few forms; for any other the engine is asked.</summary>
    private static object? Constant(DuckDbConnection connection, string type, string? text) => type switch
    {
        _ when text is null => null,
        "VARCHAR" => text,
        "DATE" when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        "TIMESTAMPTZ" when DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) => instant,
        _ => connection.Query($"SELECT CAST($value AS {type})", new Dictionary<string, object?> { ["value"] = text }).Rows[0][0],
    };

    private static IReadOnlyList<ColumnSource> RowPlan(IReadOnlyList<TableColumn> columns, HeaderMatch match, Dictionary<string, object?> constants) =>
        [.. columns.Select(c => c.Name switch
        {
            "_source_row" => new ColumnSource(ColumnSourceKind.RecordNumber),
            "_source_line" => new ColumnSource(ColumnSourceKind.Line),
            BronzeColumns.Extra when match.Discarded.Count > 0 => new ColumnSource(ColumnSourceKind.Extra),
            _ when constants.TryGetValue(c.Name, out var constant) => new ColumnSource(ColumnSourceKind.Constant, Constant: constant is string text ? Encoding.UTF8.GetBytes(text) : constant),
            _ when match.Columns.ToList().FindIndex(m => m?.Name == c.Name) is >= 0 and var field => new ColumnSource(ColumnSourceKind.Field, field),
            _ => new ColumnSource(ColumnSourceKind.Constant),
        })];

    private static void AppendRow(DuckDbAppender rows, IRecordReader reader, IReadOnlyList<ColumnSource> plan, HeaderMatch match, ValueHash values)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            var source = plan[i];
            switch (source.Kind)
            {
                case ColumnSourceKind.Field when reader.IsNull(source.Field):
                    rows.AppendNull();
                    values.Null();
                    break;
                case ColumnSourceKind.Field:
                    var value = reader.GetUtf8(source.Field);
                    rows.Append(value);
                    values.Value(value);
                    break;
                case ColumnSourceKind.Extra:
                    var extra = ExtraJson(reader, match);
                    rows.Append(extra);
                    values.Value(Encoding.UTF8.GetBytes(extra));
                    break;
                case ColumnSourceKind.RecordNumber: rows.Append(reader.RecordNumber); break;
                case ColumnSourceKind.Line: rows.Append(reader.Line); break;
                case ColumnSourceKind.Constant when source.Constant is byte[] utf8: rows.Append(utf8.AsSpan()); break;
                default: rows.AppendValue(source.Constant); break;
            }
        }

        rows.EndRow();
        values.EndRow();
    }

    /// <summary>Fields that no column takes, by their header; of a header that repeats, the last.</summary>
    private static string ExtraJson(IRecordReader reader, HeaderMatch match)
    {
        var extra = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        var next = 0;
        for (var field = 0; field < match.Columns.Count; field++)
        {
            if (match.Columns[field] is null)
            {
                extra[match.Discarded[next++]] = reader.IsNull(field) ? null : Encoding.UTF8.GetString(reader.GetUtf8(field));
            }
        }

        return System.Text.Json.JsonSerializer.Serialize(extra);
    }

    private static void AppendReject(DuckDbAppender rejects, IRecordReader reader, RecordFault fault, BronzeLoad load)
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
    private static string RawJson(IRecordReader reader, ContractTable table)
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
                // What looks personal is hidden here as in every sample; bytes that are no text cannot be hidden in part.
                if (System.Text.Unicode.Utf8.IsValid(raw) && !raw.AsSpan().Contains((byte)0))
                {
                    json.WriteString("text", PiiDetector.Redact(Encoding.UTF8.GetString(raw)));
                }
                else if (Encoding.Latin1.GetString(raw) is var text && PiiDetector.Redact(text) == text)
                {
                    json.WriteBase64String("base64", raw);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
