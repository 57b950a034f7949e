using System.Text;
using System.Text.Unicode;

namespace Lakehouse.Raw.Csv;

/// <summary>
/// Reads delimited text record by record without changing a byte of a value. A record that cannot be a row is handed out with its
/// <see cref="Fault"/> and raw bytes instead of being dropped; a file that ends inside a record is an error. Not thread-safe.
/// </summary>
public sealed partial class CsvReader : IRecordReader
{
    private readonly SourceText _source;
    private readonly Stream _stream;
    private readonly CsvDialect _dialect;
    private readonly CsvTokenizer _tokenizer;
    private readonly string _name;
    private readonly int? _columns;
    private byte[] _buffer = new byte[128 * 1024];
    private byte[] _scratch = new byte[256];
    private int _start;
    private int _end;
    private bool _ended;
    private int _recordStart;
    private int _recordEnd;
    private byte[]? _cutRaw;
    private long _nextLine = 1;
    private int _measured;
    private long _measuredOffset;

    internal CsvReader(Stream source, CsvDialect dialect, string name, int? columns)
    {
        _source = new SourceText(source, dialect.Encoding, name);
        _stream = source;
        _dialect = dialect;
        _name = name;
        _columns = dialect.HasHeader ? null : columns;
        _tokenizer = new CsvTokenizer((byte)dialect.Delimiter, (byte?)dialect.Quote);
        PassByteOrderMark();
        if (dialect.HasHeader)
        {
            Header = ReadHeader();
            _columns = Header.Count;
        }
        else if (!MoveToText())
        {
            throw Empty();
        }
    }

    /// <summary>The fields of the header; empty when the dialect has none.</summary>
    public IReadOnlyList<string> Header { get; } = [];

    /// <summary>Number of the record, from 1; the header is not counted.</summary>
    public long RecordNumber { get; private set; }

    /// <summary>Line of the file on which the record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Byte of the (unpacked) file at which the record begins, from 0.</summary>
    public long ByteOffset { get; private set; }

    /// <summary>Why the record is no row; null when it is one.</summary>
    public CsvFault? Fault { get; private set; }

    /// <inheritdoc/>
    RecordFault? IRecordReader.RecordFault => Fault is { } fault ? new RecordFault(fault.Code, fault.ByteOffset, fault.Message) : null;

    /// <summary>Number of fields of the record; 0 for one that is too long.</summary>
    public int FieldCount => Fault?.Kind is CsvFaultKind.RecordTooLong ? 0 : _tokenizer.FieldCount;

    /// <summary>Lines with nothing on them, which are no records. A file of one column has none: there they are rows.</summary>
    public long BlankLines { get; private set; }

    /// <summary>Records handed out with a fault so far.</summary>
    public long Faults { get; private set; }

    /// <summary>True when a field holds nothing and is not quoted, which stands for null.</summary>
    /// <param name="field">Index of the field, from 0.</param>
    public bool IsNull(int field) => _tokenizer.Fields[field] is { Length: 0, IsQuoted: false };

    /// <summary>A field's value as UTF-8, valid until the next call of this method or <see cref="Read"/>.</summary>
    /// <param name="field">Index of the field, from 0.</param>
    public ReadOnlySpan<byte> GetUtf8(int field)
    {
        var place = _tokenizer.Fields[field];
        var bytes = _buffer.AsSpan(place.Start, place.Length);
        return place.HasDoubledQuotes ? Undouble(bytes) : bytes;
    }

    /// <summary>A field's value; an empty text also where <see cref="IsNull"/> holds.</summary>
    /// <param name="field">Index of the field, from 0.</param>
    public string GetString(int field) => Encoding.UTF8.GetString(GetUtf8(field));

    /// <summary>The record's own bytes in the file's encoding, without the line end. Cut at the dialect's limit when it is too long.</summary>
    public byte[] GetRawBytes() => _source.Restore(_cutRaw ?? _buffer.AsSpan(_recordStart, _recordEnd - _recordStart));

    /// <summary>Moves to the next record, sound or faulty.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="LakehouseException"><c>csv.truncated</c>: the file ends inside a record. <c>csv.gzip_…</c>: the archive is broken.</exception>
    public bool Read()
    {
        _cutRaw = null;
        while (true)
        {
            if (_start == _end && !Fill())
            {
                return false;
            }

            var result = _tokenizer.Read(_buffer.AsSpan(0, _end), _start, _ended);
            if (result is CsvTokenResult.Record && _tokenizer.ContentEnd - _start <= _dialect.MaxRecordBytes)
            {
                if (IsBlank())
                {
                    BlankLines++;
                    _nextLine++;
                    _start = _tokenizer.Next;
                    continue;
                }

                Accept();
                return true;
            }

            if (result is CsvTokenResult.Record || _end - _start >= _dialect.MaxRecordBytes + 4)
            {
                PassTooLong();
                return true;
            }

            if (result is CsvTokenResult.UnterminatedQuote)
            {
                throw Truncated(OffsetOf(_start), _nextLine, "a closing quote", "the end of the file");
            }

            Fill();
        }
    }

    /// <summary>Closes the underlying stream.</summary>
    public void Dispose() => _stream.Dispose();

    private bool IsBlank() => _tokenizer.FieldCount == 1 && _tokenizer.Fields[0] is { Length: 0, IsQuoted: false } && _columns != 1;

    private void Accept()
    {
        (_recordStart, _recordEnd) = (_start, _tokenizer.ContentEnd);
        RecordNumber++;
        Line = _nextLine;
        ByteOffset = OffsetOf(_start);
        var content = _buffer.AsSpan(_recordStart, _recordEnd - _recordStart);
        Fault = FindFault(content);
        if (Fault is not null)
        {
            Faults++;
        }

        _nextLine += 1 + (_tokenizer.HasQuotes ? content.Count((byte)'\n') : 0);
        _start = _tokenizer.Next;
    }

    private CsvFault? FindFault(ReadOnlySpan<byte> content)
    {
        if (_tokenizer.FieldCount < _columns && !_tokenizer.IsTerminated)
        {
            throw Truncated(ByteOffset, Line, $"{_columns} columns", $"{_tokenizer.FieldCount} and the end of the file");
        }

        if (content.Contains((byte)0))
        {
            return new CsvFault(CsvFaultKind.NulByte, OffsetOf(_recordStart + content.IndexOf((byte)0)), "expected text, seen a NUL byte");
        }

        if (!Utf8.IsValid(content))
        {
            var at = _recordStart + Utf8Text.FirstInvalid(content);
            return new CsvFault(CsvFaultKind.InvalidEncoding, OffsetOf(at), $"expected {EncodingName()}, seen the byte {_buffer[at]:X2}");
        }

        if (_tokenizer.StrayAt >= 0)
        {
            return new CsvFault(CsvFaultKind.TextAfterQuote, OffsetOf(_tokenizer.StrayAt), "expected a delimiter or a line end after a closing quote, seen something else");
        }

        if (_columns is not { } columns || _tokenizer.FieldCount == columns)
        {
            return null;
        }

        return new CsvFault(
            _tokenizer.FieldCount < columns ? CsvFaultKind.TooFewColumns : CsvFaultKind.TooManyColumns,
            ByteOffset,
            $"expected {columns} columns, seen {_tokenizer.FieldCount}");
    }

    private ReadOnlySpan<byte> Undouble(ReadOnlySpan<byte> bytes)
    {
        var quote = (byte)_dialect.Quote!.Value;
        if (_scratch.Length < bytes.Length)
        {
            _scratch = new byte[Math.Max(bytes.Length, _scratch.Length * 2)];
        }

        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            _scratch[length++] = bytes[i];
            if (bytes[i] == quote)
            {
                i++;
            }
        }

        return _scratch.AsSpan(0, length);
    }
}
