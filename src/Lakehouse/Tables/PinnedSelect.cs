using System.Globalization;
using Lakehouse.Delta.Schema;
using Lakehouse.DuckDb;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tables;

/// <summary>
/// The SELECT behind a pinned relation's view. One scan of the files with a schema of its own, so that their footers are read only when they are needed;
/// columns have the types the table declares, whatever the files hold, and one that no file has yet is NULL. Partition values stand in the files' folders, or as
/// constants where there are few; otherwise they, and hidden rows, come from a small table of files that is joined by the file's number in the list (a join costs some 15 % of a bare scan; hiding rows by a bit for each row costs as
/// much as the scan, a third of an anti join with row numbers).
/// </summary>
internal sealed class PinnedSelect(PinnedRelation relation, DuckDbConnection connection, string view)
{
    private const string Schema = "_pinned";

    /// <summary>With more partitions than this outside hive folders, one scan and a join are planned sooner than a scan for each.</summary>
    private const int FewScans = 4;

    /// <summary>How the rows of a file get their partition, and whether some are hidden.</summary>
    private enum Kind
    {
        Hive,
        Whole,
        Holed,
    }

    private readonly string[] _partitions = [.. relation.PartitionColumns];
    private int _tables;

    public string Sql()
    {
        if (relation.Files.Count == 0)
        {
            return $"SELECT {string.Join(", ", relation.Columns.Select(c => $"CAST(NULL AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"))} WHERE false";
        }

        var isHive = IsHivePartitioned();
        var files = relation.Files.ToLookup(f => f.DeletionVector is not null ? Kind.Holed : isHive && IsHive(f) ? Kind.Hive : Kind.Whole);
        return string.Join(" UNION ALL ", files.OrderBy(k => k.Key).Select(kind => kind.Key switch
        {
            Kind.Hive => Hive(kind),
            Kind.Whole => Whole([.. kind]),
            _ => Holed([.. kind]),
        }));
    }

    private string Whole(IReadOnlyList<PinnedFile> files)
    {
        // Constants cost no join, and a filter on them leaves out scans as a whole.
        var alike = files.GroupBy(f => string.Join('\n', _partitions.Select((_, n) => f.ValueOf(n) is { } value ? "=" + value : ""))).ToArray();
        if (alike.Length <= FewScans)
        {
            return string.Join(" UNION ALL ", alike.Select(g => $"SELECT {Projection(n => Typed(n, Literal(g.First().ValueOf(n))))} FROM {Read(g)} r"));
        }

        var table = CreateTable(withRows: false);
        const string Stage = "_pinned_stage";
        connection.Execute($"CREATE TABLE {Stage} (i BIGINT{string.Concat(_partitions.Select((_, n) => $", p{n} VARCHAR"))})");
        using (var appender = connection.CreateAppender(Stage))
        {
            for (var i = 0; i < files.Count; i++)
            {
                appender.Append(i);
                for (var n = 0; n < _partitions.Length; n++)
                {
                    appender.Append(files[i].ValueOf(n));
                }

                appender.EndRow();
            }

            appender.Complete();
        }

        connection.Execute($"INSERT INTO {table} SELECT i{string.Concat(_partitions.Select((_, n) => $", {Typed(n, $"p{n}")}"))} FROM {Stage}; DROP TABLE {Stage}");
        return $"SELECT {Projection(n => $"f.p{n}")} FROM (SELECT *, file_index AS _i FROM {Read(files)}) r JOIN {table} f ON r._i = f.i";
    }

    private string Holed(IReadOnlyList<PinnedFile> files)
    {
        var table = CreateTable(withRows: true);
        for (var i = 0; i < files.Count; i++)
        {
            var rows = files[i].DeletedRows(relation.Dataset);
            var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["i"] = (long)i, ["bits"] = rows.Length == 0 ? null : rows.Bytes, ["len"] = rows.Length };
            for (var n = 0; n < _partitions.Length; n++)
            {
                values[$"p{n}"] = files[i].ValueOf(n);
            }

            connection.Execute(
                $"INSERT INTO {table} SELECT $i{string.Concat(_partitions.Select((_, n) => $", {Typed(n, $"CAST($p{n} AS VARCHAR)")}"))}, CAST(CAST($bits AS BLOB) AS BIT), $len",
                values);
        }

        return $"SELECT {Projection(n => $"f.p{n}")} FROM (SELECT *, file_index AS _i, file_row_number AS _n FROM {Read(files)}) r JOIN {table} f ON r._i = f.i "
            + "WHERE CASE WHEN r._n >= f.len THEN true ELSE get_bit(f.bits, CAST(r._n AS INTEGER)) = 0 END";
    }

    private string CreateTable(bool withRows)
    {
        var name = $"{SqlIdentifier.Quote(Schema)}.{SqlIdentifier.Quote(string.Create(CultureInfo.InvariantCulture, $"{view}#{_tables++}"))}";
        var columns = string.Concat(_partitions.Select((p, n) => $", p{n} {TypeOf(p)}"));
        connection.Execute($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(Schema)}; CREATE OR REPLACE TABLE {name} (i UBIGINT{columns}{(withRows ? ", bits BIT, len BIGINT" : "")})");
        return name;
    }

    /// <summary>The columns in the table's order: a column of the files by its number, a partition column by what gives its value.</summary>
    private string Projection(Func<int, string> partitionValue) => string.Join(", ", relation.Columns.Select((c, i) =>
        Array.FindIndex(_partitions, p => Same(p, c.Name)) is >= 0 and var partition
            ? $"{partitionValue(partition)} AS {SqlIdentifier.Quote(c.Name)}"
            : $"{Logical($"r.c{i}", relation.Schema?.Fields[i].Type)} AS {SqlIdentifier.Quote(c.Name)}"));

    private string Read(IEnumerable<PinnedFile> files)
    {
        var list = SqlIdentifier.Literals(files.Select(f => f.Path));
        var columns = relation.Columns.Select((c, i) => (Column: c, Number: i)).Where(c => !_partitions.Any(p => Same(p, c.Column.Name))).ToArray();
        var schema = string.Join(", ", columns.Select(c =>
        {
            var field = relation.Schema?.Fields[c.Number];
            var (key, type) = field is null || relation.Mapping == ColumnMapping.None ? (SqlIdentifier.Literal(c.Column.Name), c.Column.SqlType)
                : relation.Mapping == ColumnMapping.Id && field.Id is { } id ? (id.ToString(CultureInfo.InvariantCulture), DeltaTypes.Physical(field))
                : (SqlIdentifier.Literal(field.PhysicalName), DeltaTypes.Physical(field));
            return $"{key}: {{name: 'c{c.Number}', type: {SqlIdentifier.Literal(type)}, default_value: NULL}}";
        }));

        // Without a column to read the engine takes no schema; the rows are still counted.
        return columns.Length == 0 ? $"read_parquet({list}, hive_partitioning = false)" : $"read_parquet({list}, hive_partitioning = false, schema = MAP {{{schema}}})";
    }

    /// <summary>A value with the names of the schema in place of those of the files.</summary>
    private string Logical(string value, DeltaType? type, int depth = 0)
    {
        if (type is null || relation.Mapping == ColumnMapping.None || !Renames(type))
        {
            return value;
        }

        var item = $"x{depth}";
        return type switch
        {
            DeltaStruct s => $"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({string.Join(", ", s.Fields.Select(f => $"{SqlIdentifier.Quote(f.Name)} := {Logical($"{value}.{SqlIdentifier.Quote(f.PhysicalName)}", f.Type, depth)}"))}) END",
            DeltaArray a => $"list_transform({value}, lambda {item}: {Logical(item, a.Element, depth + 1)})",
            DeltaMap m => $"map_from_entries(list_transform(map_entries({value}), lambda {item}: struct_pack(k := {Logical($"{item}.key", m.Key, depth + 1)}, v := {Logical($"{item}.value", m.Value, depth + 1)})))",
            _ => value,
        };
    }

    private static bool Renames(DeltaType type) => type switch
    {
        DeltaStruct s => s.Fields.Any(f => f.Name != f.PhysicalName || Renames(f.Type)),
        DeltaArray a => Renames(a.Element),
        DeltaMap m => Renames(m.Key) || Renames(m.Value),
        _ => false,
    };

    /// <summary>A partition value's text as its type; the bytes of binary stand as text.</summary>
    private string Typed(int partition, string text) => TypeOf(_partitions[partition]) is var type && type == "BLOB" ? $"encode({text})" : $"CAST({text} AS {type})";

    private string TypeOf(string column) => relation.Columns.First(c => Same(c.Name, column)).SqlType;

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static string Literal(string? value) => value is null ? "NULL" : SqlIdentifier.Literal(value);

    /// <summary>Whether the folders of this table's files may say their partition.</summary>
    private bool IsHivePartitioned() => _partitions is [var column] && relation.Mapping == ColumnMapping.None && !TypeOf(column).Contains('(', StringComparison.Ordinal);

    /// <summary>
    /// Whether a file's folder says the same partition value as the log, and nothing else in its path looks like one: then a filter skips files.
    /// Texts that the engine takes for NULL in a folder's name are values like others in the log.
    /// </summary>
    private bool IsHive(PinnedFile file) =>
        file.ValueOf(0) is { } value
        && value != PartitionPaths.Null
        && !string.Equals(value, "NULL", StringComparison.OrdinalIgnoreCase)
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && Path.GetFileName(Path.GetDirectoryName(file.Path)) == $"{_partitions[0]}={value}"
        && file.Path.Count(c => c == '=') == 1;

    private string Hive(IEnumerable<PinnedFile> files)
    {
        var column = _partitions[0];
        var all = string.Join(", ", relation.Columns.Select(c => $"CAST({SqlIdentifier.Quote(c.Name)} AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"));
        var nothing = $"SELECT {string.Join(", ", relation.Columns.Select(c => $"CAST(NULL AS {c.SqlType}) AS {SqlIdentifier.Quote(c.Name)}"))} WHERE false";
        var rows = $"SELECT * FROM read_parquet({SqlIdentifier.Literals(files.Select(f => f.Path))}, union_by_name = true, hive_partitioning = true, hive_types = {{{SqlIdentifier.Quote(column)}: {TypeOf(column)}}})";
        return $"SELECT {all} FROM ({nothing} UNION ALL BY NAME {rows})";
    }
}
