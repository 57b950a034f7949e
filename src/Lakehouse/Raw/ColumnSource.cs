namespace Lakehouse.Raw;

/// <summary>What fills a column of a bronze table: a field of the record, its place in the file, or one value for the whole file (text as UTF-8).</summary>
internal readonly record struct ColumnSource(ColumnSourceKind Kind, int Field = -1, object? Constant = null);
