using System.Runtime.CompilerServices;

namespace Lakehouse.Raw.Csv;

/// <summary>Cuts one record out of a buffer. Knows no files, no columns and no encodings: bytes in, field positions out.</summary>
internal sealed class CsvTokenizer(byte delimiter, byte? quote)
{
    private CsvField[] _fields = new CsvField[64];

    /// <summary>Fields of the last record.</summary>
    public ReadOnlySpan<CsvField> Fields => _fields.AsSpan(0, FieldCount);

    /// <summary>Number of fields of the last record.</summary>
    public int FieldCount { get; private set; }

    /// <summary>End of the last record without its line end.</summary>
    public int ContentEnd { get; private set; }

    /// <summary>First byte after the last record and its line end.</summary>
    public int Next { get; private set; }

    /// <summary>True when a field of the last record is quoted.</summary>
    public bool HasQuotes { get; private set; }

    /// <summary>Place of the first byte after a closing quote that should not be there; -1 when there is none.</summary>
    public int StrayAt { get; private set; }

    /// <summary>True when the last record ended with a line end, not with the file.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>Reads the record that begins at <paramref name="start"/>, which is not the end of the buffer.</summary>
    /// <param name="data">The buffer.</param>
    /// <param name="start">Where the record begins.</param>
    /// <param name="isFinal">True when nothing follows the buffer.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CsvTokenResult Read(ReadOnlySpan<byte> data, int start, bool isFinal)
    {
        FieldCount = 0;
        HasQuotes = false;
        StrayAt = -1;
        var position = start;
        while (true)
        {
            var quoted = quote is { } q && position < data.Length && data[position] == q;
            CsvField field;
            int end;
            if (quoted)
            {
                HasQuotes = true;
                var result = ReadQuoted(data, position, isFinal, quote!.Value, out field, out end);
                if (result is not CsvTokenResult.Record)
                {
                    return result;
                }
            }
            else
            {
                var length = data[position..].IndexOfAny(delimiter, (byte)'\n');
                if (length < 0 && !isFinal)
                {
                    return CsvTokenResult.NeedMore;
                }

                end = length < 0 ? data.Length : position + length;
                var contentEnd = EndsLine(data, end) && end > position && data[end - 1] == '\r' ? end - 1 : end;
                field = new CsvField(position, contentEnd - position, false, false);
            }

            if (FieldCount == _fields.Length)
            {
                Array.Resize(ref _fields, _fields.Length * 2);
            }

            _fields[FieldCount++] = field;
            if (end < data.Length && data[end] == delimiter)
            {
                position = end + 1;
                if (position == data.Length && !isFinal)
                {
                    return CsvTokenResult.NeedMore;
                }

                continue;
            }

            IsTerminated = end < data.Length;
            ContentEnd = EndsLine(data, end) && end > start && data[end - 1] == '\r' ? end - 1 : end;
            Next = IsTerminated ? end + 1 : end;
            return CsvTokenResult.Record;
        }
    }

    // 'end' becomes the place of the delimiter, the line feed or the end of the file that closes the field.
    private CsvTokenResult ReadQuoted(ReadOnlySpan<byte> data, int position, bool isFinal, byte q, out CsvField field, out int end)
    {
        field = default;
        end = 0;
        var doubled = false;
        var scan = position + 1;
        while (true)
        {
            var found = data[scan..].IndexOf(q);
            if (found < 0)
            {
                return isFinal ? CsvTokenResult.UnterminatedQuote : CsvTokenResult.NeedMore;
            }

            scan += found + 1;
            if (scan < data.Length && data[scan] == q)
            {
                doubled = true;
                scan++;
                continue;
            }

            if (scan == data.Length && !isFinal)
            {
                return CsvTokenResult.NeedMore;
            }

            break;
        }

        field = new CsvField(position + 1, scan - position - 2, true, doubled);
        var rest = data[scan..].IndexOfAny(delimiter, (byte)'\n');
        if (rest < 0 && !isFinal)
        {
            return CsvTokenResult.NeedMore;
        }

        end = rest < 0 ? data.Length : scan + rest;
        var clean = end == scan || (end == scan + 1 && data[scan] == '\r' && EndsLine(data, end));
        if (!clean && StrayAt < 0)
        {
            StrayAt = scan;
        }

        return CsvTokenResult.Record;
    }

    private static bool EndsLine(ReadOnlySpan<byte> data, int end) => end == data.Length || data[end] == '\n';
}
