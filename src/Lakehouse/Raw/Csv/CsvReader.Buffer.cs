namespace Lakehouse.Raw.Csv;

/// <content>Filling the buffer, places in the source, the start of the file and records that are too long.</content>
public sealed partial class CsvReader
{
    /// <summary>Brings more of the source in behind what is not read yet; false when nothing is left at all.</summary>
    private bool Fill()
    {
        if (_ended)
        {
            return _start < _end;
        }

        _measuredOffset = OffsetOf(_start);
        _measured = 0;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        // Always filled up, so that what is seen at once does not depend on how the source hands out its bytes.
        while (_end < _buffer.Length)
        {
            var read = _source.Read(_buffer.AsSpan(_end));
            if (read == 0)
            {
                _ended = true;
                break;
            }

            _end += read;
        }

        return _start < _end;
    }

    /// <summary>The source's byte that stands at a place of the buffer. Places must not go back beyond the last fill.</summary>
    private long OffsetOf(int position)
    {
        if (position < _measured)
        {
            return _measuredOffset - _source.SourceLength(_buffer.AsSpan(position, _measured - position));
        }

        _measuredOffset += _source.SourceLength(_buffer.AsSpan(_measured, position - _measured));
        _measured = position;
        return _measuredOffset;
    }

    private void PassByteOrderMark()
    {
        Fill();
        var text = _buffer.AsSpan(0, _end);
        if (_dialect.Encoding is CsvEncoding.Utf8 && text is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new LakehouseException(
                "csv.encoding",
                $"'{_name}': byte 0: expected UTF-8, seen the byte order mark of UTF-16.{Environment.NewLine}Help: set encoding: utf-16 in the contract's custom property 'csv'.");
        }

        if (text is [0xEF, 0xBB, 0xBF, ..])
        {
            _start = 3;
        }
    }

    private bool MoveToText()
    {
        while (_start < _end || Fill())
        {
            var blank = _buffer[_start] == '\n' ? 1 : _buffer[_start] == '\r' && _start + 1 < _end && _buffer[_start + 1] == '\n' ? 2 : 0;
            if (blank == 0)
            {
                return true;
            }

            BlankLines++;
            _nextLine++;
            _start += blank;
        }

        return false;
    }

    private List<string> ReadHeader()
    {
        if (!MoveToText())
        {
            throw Empty();
        }

        Read();
        if (Fault is { } fault)
        {
            throw new LakehouseException(
                "csv.header",
                $"'{_name}': line {Line}, byte {fault.ByteOffset}: the header cannot be read: {fault.Message}.{Environment.NewLine}Help: check that the file is delimited text in {EncodingName()}.");
        }

        (RecordNumber, Faults) = (0, 0);
        var header = new List<string>(FieldCount);
        for (var i = 0; i < FieldCount; i++)
        {
            header.Add(GetString(i));
        }

        return header;
    }

    /// <summary>
    /// Hands out a record that goes on for too long. When a line ends within the limit, only that line is taken and reading goes on
    /// behind it: a quote that is never closed costs one record, not the rest of the file.
    /// </summary>
    private void PassTooLong()
    {
        var offset = OffsetOf(_start);
        var limit = Math.Min(_dialect.MaxRecordBytes, _end - _start);
        var lineEnd = _buffer.AsSpan(_start, limit).IndexOf((byte)'\n');
        (_recordStart, RecordNumber, Line, ByteOffset) = (_start, RecordNumber + 1, _nextLine, offset);
        Faults++;
        Fault = new CsvFault(CsvFaultKind.RecordTooLong, offset, $"expected a record of at most {_dialect.MaxRecordBytes} bytes, seen none that ends by then");
        _nextLine++;
        if (lineEnd >= 0)
        {
            _recordEnd = lineEnd > 0 && _buffer[_start + lineEnd - 1] == '\r' ? _start + lineEnd - 1 : _start + lineEnd;
            _start += lineEnd + 1;
            return;
        }

        // Not in the middle of a character, or the way back to the source's encoding would be lost.
        var cut = limit;
        while (cut > limit - 3 && cut > 0 && _start + cut < _end && (_buffer[_start + cut] & 0xC0) == 0x80)
        {
            cut--;
        }

        _cutRaw = _buffer.AsSpan(_start, cut).ToArray();
        _start += limit;
        while (true)
        {
            var next = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (next >= 0)
            {
                _start += next + 1;
                return;
            }

            _start = _end;
            if (!Fill())
            {
                return;
            }
        }
    }

    private string EncodingName() => _dialect.Encoding switch
    {
        CsvEncoding.Utf8 => "UTF-8",
        CsvEncoding.Utf16 or CsvEncoding.Utf16BigEndian => "UTF-16",
        CsvEncoding.Latin1 => "ISO 8859-1",
        _ => "Windows-1252",
    };

    private LakehouseException Empty() => new(
        "csv.empty",
        $"'{_name}': expected {(_dialect.HasHeader ? "a header" : "records")} at line 1, byte 0, seen an empty file.{Environment.NewLine}Help: ask the source for the file again; a day without rows still has a header.");

    private LakehouseException Truncated(long offset, long line, string expected, string seen) => new(
        "csv.truncated",
        $"'{_name}': the file is cut off: the record on line {line}, byte {offset}: expected {expected}, seen {seen}.{Environment.NewLine}Help: fetch the file again and compare its size with the source's.");
}
