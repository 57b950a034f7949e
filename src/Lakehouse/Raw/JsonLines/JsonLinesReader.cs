using System.Text.Json;
using System.Text.Unicode;
using Lakehouse.Contracts;

namespace Lakehouse.Raw.JsonLines;

/// <summary>
/// Reads one JSON object a line. A text value is its text, a number the digits as they stand, an object or list its own JSON; null and a missing optional
/// key are no value. A line that is no such object is handed out with its fault and bytes. Not thread-safe.
/// </summary>
internal sealed class JsonLinesReader : IRecordReader
{
    private readonly Stream _source;
    private readonly string _name;
    private readonly IReadOnlyList<HeaderColumn> _columns;
    private readonly JsonPaths _paths;
    private readonly bool _discardsUnknown;
    private readonly int _maxRecordBytes;
    private readonly JsonField[] _fields;
    private readonly HashSet<string> _discarded = new(StringComparer.Ordinal);
    private byte[] _buffer = new byte[128 * 1024];
    private byte[] _scratch = new byte[4096];
    private int _scratchEnd;
    private int _start;
    private int _end;
    private int _recordStart;
    private int _recordEnd;
    private long _before;
    private long _nextLine = 1;
    private bool _ended;

    public JsonLinesReader(Stream source, IReadOnlyList<HeaderColumn> columns, string name, SchemaEvolution evolution, int maxRecordBytes)
    {
        _source = source;
        _name = name;
        _columns = columns;
        _paths = JsonPaths.Of(columns);
        _discardsUnknown = evolution is SchemaEvolution.Discard;
        _maxRecordBytes = maxRecordBytes;
        _fields = new JsonField[columns.Count];
        Fill();
        _start = _buffer.AsSpan(0, _end) is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
    }

    public long RecordNumber { get; private set; }

    public long Line { get; private set; }

    public long ByteOffset { get; private set; }

    public RecordFault? RecordFault { get; private set; }

    public long Faults { get; private set; }

    public long BlankLines { get; private set; }

    /// <summary>Keys that no column has, of records that were taken all the same.</summary>
    public IReadOnlyCollection<string> Discarded => _discarded;

    public bool IsNull(int field) => _fields[field].State is JsonFieldState.Absent or JsonFieldState.Null;

    public ReadOnlySpan<byte> GetUtf8(int field)
    {
        var place = _fields[field];
        return (place.State is JsonFieldState.Scratch ? _scratch : _buffer).AsSpan(place.Start, place.Length);
    }

    public byte[] GetRawBytes() => _buffer.AsSpan(_recordStart, _recordEnd - _recordStart).ToArray();

    public bool Read()
    {
        while (FindLine(out var end, out var next, out var isTooLong))
        {
            (_recordStart, _recordEnd) = (_start, end > _start && _buffer[end - 1] == '\r' ? end - 1 : end);
            var line = _nextLine++;
            var offset = _before + _start;
            _start = next;
            if (!isTooLong && _buffer.AsSpan(_recordStart, _recordEnd - _recordStart).IndexOfAnyExcept((byte)' ', (byte)'\t') < 0)
            {
                BlankLines++;
                continue;
            }

            (RecordNumber, Line, ByteOffset) = (RecordNumber + 1, line, offset);
            RecordFault = isTooLong
                ? new RecordFault("json.record_too_long", offset, $"expected a line of at most {_maxRecordBytes} bytes, seen a longer one")
                : Parse(isLast: next == end);
            if (isTooLong)
            {
                SkipLine();
            }

            Faults += RecordFault is null ? 0 : 1;
            return true;
        }

        return false;
    }

    public void Dispose() => _source.Dispose();

    private bool FindLine(out int end, out int next, out bool isTooLong)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            end = found >= 0 ? _start + searched + found : _end;
            next = found >= 0 ? end + 1 : end;
            isTooLong = end - _start > _maxRecordBytes;
            if (found >= 0 || isTooLong || _ended)
            {
                end = isTooLong ? _start + _maxRecordBytes : end;
                next = isTooLong ? end : next;
                return _start < next;
            }

            searched = _end - _start;
            Fill();
        }
    }

    private void SkipLine()
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (found >= 0 || _ended)
            {
                _start = found >= 0 ? _start + found + 1 : _end;
                return;
            }

            // The record's first bytes are kept for its raw bytes: only what is read behind them is thrown away.
            _before += _end - _start;
            _end = _start;
            ReadMore();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_before, _end, _start) = (_before + _start, _end - _start, 0);
        ReadMore();
    }

    private void ReadMore()
    {
        if (_end > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = _source.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
        _end += read;
        _ended = _end < _buffer.Length;
    }

    private RecordFault? Parse(bool isLast)
    {
        Array.Clear(_fields);
        _scratchEnd = 0;
        var line = _buffer.AsSpan(_recordStart, _recordEnd - _recordStart);
        if (!Utf8.IsValid(line))
        {
            var at = Utf8Text.FirstInvalid(line);
            return isLast && at > line.Length - 4
                ? throw Truncated(null)
                : new RecordFault("json.invalid_encoding", ByteOffset + at, "expected UTF-8, seen other bytes");
        }

        var reader = new Utf8JsonReader(line);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RecordFault("json.not_an_object", ByteOffset, $"expected an object, seen {Words(reader.TokenType)}");
            }

            var fault = Take(ref reader, _paths, isRoot: true);
            if (fault is not null)
            {
                return fault;
            }

            // Anything behind the object is an error of the reader's.
            reader.Read();
        }
        catch (JsonException e) when (isLast && e.BytePositionInLine >= line.Length)
        {
            throw Truncated(e);
        }
        catch (JsonException e)
        {
            return new RecordFault("json.invalid", ByteOffset + (e.BytePositionInLine ?? 0), "expected JSON, seen something else");
        }

        var missing = _columns.Select((c, i) => (c, i)).FirstOrDefault(c => !c.c.Optional && _fields[c.i].State is JsonFieldState.Absent).c;
        return missing is null ? null : new RecordFault("json.missing_key", ByteOffset, $"expected the key '{missing.Header}', seen none");
    }

    private static string Words(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    private LakehouseException Truncated(JsonException? cause) => new(
        "json.truncated",
        $"'{_name}': the file is cut off: the record on line {Line}, byte {ByteOffset}: expected the end of an object, seen the end of the file.{Environment.NewLine}Help: fetch the file again and compare its size with the source's.",
        inner: cause);

    /// <summary>Takes the values of an object or list that columns ask for; the reader stands at its start, and at its end afterwards.</summary>
    private RecordFault? Take(ref Utf8JsonReader reader, JsonPaths paths, bool isRoot)
    {
        var isList = reader.TokenType == JsonTokenType.StartArray;
        for (var index = 0; reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray); index++)
        {
            var at = reader.TokenStartIndex;
            var next = isList ? paths.At(index) : paths.Find(ref reader);
            if (!isList)
            {
                if (next is null && isRoot && Unknown(ref reader) is { } unknown)
                {
                    return unknown;
                }

                reader.Read();
            }

            if (next is { Field: >= 0 } && _fields[next.Field].State is not JsonFieldState.Absent)
            {
                return new RecordFault("json.duplicate_key", ByteOffset + at, $"expected the key '{_columns[next.Field].Header}' once, seen it again");
            }

            if (next is { HasChildren: true } && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var inner = reader;
                if (Take(ref inner, next!, isRoot: false) is { } fault)
                {
                    return fault;
                }
            }

            if (next is { Field: >= 0 })
            {
                if (!Keep(ref reader, next.Field))
                {
                    return new RecordFault("json.invalid_encoding", ByteOffset + at, $"expected text under '{_columns[next.Field].Header}', seen half a surrogate pair");
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return null;
    }

    private RecordFault? Unknown(ref Utf8JsonReader reader)
    {
        if (!_discardsUnknown)
        {
            return new RecordFault("json.unknown_key", ByteOffset + reader.TokenStartIndex, "expected the contract's keys only, seen another one");
        }

        // Names are few and come again on every line; a file that makes up new ones is not followed for ever.
        if (_discarded.Count < 1000)
        {
            _discarded.Add(reader.GetString()!);
        }

        return null;
    }

    private bool Keep(ref Utf8JsonReader reader, int field)
    {
        var from = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                _fields[field] = new JsonField(JsonFieldState.Null, 0, 0);
                return true;
            case JsonTokenType.String when reader.ValueIsEscaped:
                return Unescape(ref reader, field);
            case JsonTokenType.String:
                _fields[field] = new JsonField(JsonFieldState.Buffer, _recordStart + from + 1, reader.ValueSpan.Length);
                return true;
            default:
                reader.Skip();
                _fields[field] = new JsonField(JsonFieldState.Buffer, _recordStart + from, (int)reader.BytesConsumed - from);
                return true;
        }
    }

    private bool Unescape(ref Utf8JsonReader reader, int field)
    {
        if (_scratch.Length - _scratchEnd < reader.ValueSpan.Length)
        {
            Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _scratchEnd + reader.ValueSpan.Length));
        }

        try
        {
            var length = reader.CopyString(_scratch.AsSpan(_scratchEnd));
            _fields[field] = new JsonField(JsonFieldState.Scratch, _scratchEnd, length);
            _scratchEnd += length;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The platform's word for half a surrogate pair.
            return false;
        }
    }
}
