using System.Globalization;
using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Raw.Parquet;

/// <summary>
/// A landed Parquet file. Its values become text as the engine writes them (dates ISO, instants in UTC, lists and structs as JSON): bronze is text whatever
/// the source's format, so that a type that drifts is found by the contract's checks and not by a failed load.
/// </summary>
internal sealed class ParquetInput
{
    private readonly DuckDbConnection _connection;
    private readonly string _source;
    private readonly string _name;
    private readonly Dictionary<string, string> _types;

    private ParquetInput(DuckDbConnection connection, string source, string name, IReadOnlyList<(string Name, string Type)> columns, long records)
    {
        _connection = connection;
        _source = source;
        _name = name;
        _types = columns.ToDictionary(c => c.Name, c => c.Type, StringComparer.Ordinal);
        Header = [.. columns.Select(c => c.Name)];
        Records = records;
    }

    /// <summary>The file's columns.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Rows that its footer counts.</summary>
    public long Records { get; }

    /// <summary>Reads a file's footer.</summary>
    /// <param name="connection">The engine; not locked.</param>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="name">Name for error texts.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <exception cref="LakehouseException"><c>parquet.unreadable</c>: it is no whole Parquet file.</exception>
    public static ParquetInput Open(DuckDbConnection connection, string path, string name, CancellationToken cancellationToken)
    {
        var literal = SqlIdentifier.Literal(path);
        try
        {
            var columns = connection.Describe($"SELECT * FROM read_parquet([{literal}])", cancellationToken);
            var records = connection.Scalar<long>($"SELECT num_rows FROM parquet_file_metadata([{literal}])", null, cancellationToken);
            return new ParquetInput(connection, literal, name, columns, records);
        }
        catch (DuckDbException e)
        {
            throw Unreadable(name, e);
        }
    }

    /// <summary>Adds all rows to a table; returns how many.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">For each of its columns, what fills it: a column of the file, its place in the file, or one value.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public long Append(string table, IReadOnlyList<(TableColumn Column, ColumnSource Source)> columns, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var select = columns.Select((c, i) => c.Source.Kind switch
        {
            ColumnSourceKind.Field => Text(Header[c.Source.Field]),
            ColumnSourceKind.RecordNumber => "file_row_number + 1",
            ColumnSourceKind.Line => "NULL",
            _ => Constant(c.Column, c.Source.Constant, i, values),
        });
        try
        {
            return _connection.Execute(
                $"INSERT INTO {SqlIdentifier.Quote(table)} SELECT {string.Join(", ", select)} FROM read_parquet([{_source}], file_row_number = true)",
                values,
                cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw Unreadable(_name, e);
        }
    }

    private static string Constant(TableColumn column, object? value, int index, Dictionary<string, object?> values)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"c{index}");
        values[name] = value is byte[] utf8 ? System.Text.Encoding.UTF8.GetString(utf8) : value;
        return $"CAST(${name} AS {column.SqlType})";
    }

    private string Text(string name) => _types[name] switch
    {
        "VARCHAR" => SqlIdentifier.Quote(name),
        var type when type.EndsWith(']') || type.StartsWith("STRUCT", StringComparison.Ordinal) || type.StartsWith("MAP", StringComparison.Ordinal) => $"CAST(to_json({SqlIdentifier.Quote(name)}) AS VARCHAR)",
        _ => $"CAST({SqlIdentifier.Quote(name)} AS VARCHAR)",
    };

    private static LakehouseException Unreadable(string name, DuckDbException e) => new(
        "parquet.unreadable",
        $"'{name}': expected a whole Parquet file, seen: {e.Message.Split('\n')[0]}{Environment.NewLine}Help: fetch the file again and compare its size with the source's.",
        inner: e);
}
