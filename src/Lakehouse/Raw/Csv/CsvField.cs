namespace Lakehouse.Raw.Csv;

/// <summary>Where a field lies in the reader's buffer.</summary>
internal readonly record struct CsvField(int Start, int Length, bool IsQuoted, bool HasDoubledQuotes);
