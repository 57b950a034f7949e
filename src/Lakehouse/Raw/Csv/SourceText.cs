using System.Buffers.Binary;
using System.Text;

namespace Lakehouse.Raw.Csv;

/// <summary>
/// The bytes of a source as UTF-8, whatever encoding they are in, with the way back: positions and raw bytes of the source can be
/// told from the UTF-8. Half surrogates of UTF-16 become three bytes that no UTF-8 reader accepts, so they are found and nothing is lost.
/// </summary>
internal sealed class SourceText
{
    private static readonly Lazy<char[]> Windows1252 = new(() =>
        CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetChars([.. Enumerable.Range(0, 256).Select(b => (byte)b)]));

    private readonly Stream _source;
    private readonly CsvEncoding _encoding;
    private readonly string _name;
    private readonly byte[] _raw = new byte[32 * 1024];
    private readonly byte[] _text = new byte[(32 * 1024 * 3) + 8];
    private bool? _bigEndian;
    private char _pendingHigh;
    private int _rawLength;
    private int _textStart;
    private int _textEnd;
    private bool _ended;

    public SourceText(Stream source, CsvEncoding encoding, string name)
    {
        _source = source;
        _encoding = encoding;
        _name = name;
    }

    private bool IsUtf16 => _encoding is CsvEncoding.Utf16 or CsvEncoding.Utf16BigEndian;

    /// <summary>Reads UTF-8; 0 at the end.</summary>
    public int Read(Span<byte> target)
    {
        if (_encoding is CsvEncoding.Utf8)
        {
            return _source.Read(target);
        }

        while (_textStart == _textEnd)
        {
            if (_ended)
            {
                return 0;
            }

            FillText();
        }

        var count = Math.Min(target.Length, _textEnd - _textStart);
        _text.AsSpan(_textStart, count).CopyTo(target);
        _textStart += count;
        return count;
    }

    /// <summary>How many bytes of the source this UTF-8 stands for.</summary>
    public long SourceLength(ReadOnlySpan<byte> utf8)
    {
        if (_encoding is CsvEncoding.Utf8)
        {
            return utf8.Length;
        }

        long units = 0;
        foreach (var b in utf8)
        {
            units += (b & 0xC0) == 0x80 ? 0 : b >= 0xF0 && IsUtf16 ? 2 : 1;
        }

        return IsUtf16 ? units * 2 : units;
    }

    /// <summary>The source's own bytes of this UTF-8.</summary>
    public byte[] Restore(ReadOnlySpan<byte> utf8)
    {
        if (_encoding is CsvEncoding.Utf8)
        {
            return utf8.ToArray();
        }

        var bytes = new List<byte>((int)SourceLength(utf8));
        foreach (var unit in CodeUnits(utf8.ToArray()))
        {
            switch (_encoding)
            {
                case CsvEncoding.Latin1:
                    bytes.Add((byte)unit);
                    break;
                case CsvEncoding.Windows1252:
                    bytes.Add((byte)Array.IndexOf(Windows1252.Value, unit));
                    break;
                default:
                    bytes.Add((byte)(_bigEndian == true ? unit >> 8 : unit));
                    bytes.Add((byte)(_bigEndian == true ? unit : unit >> 8));
                    break;
            }
        }

        return [.. bytes];
    }

    private void FillText()
    {
        var read = _source.Read(_raw.AsSpan(_rawLength));
        _ended = read == 0;
        _rawLength += read;
        (_textStart, _textEnd) = (0, 0);
        if (!IsUtf16)
        {
            foreach (var b in _raw.AsSpan(0, _rawLength))
            {
                Append(_encoding is CsvEncoding.Latin1 ? (char)b : Windows1252.Value[b]);
            }

            _rawLength = 0;
            return;
        }

        if (_ended && _rawLength == 1)
        {
            throw new LakehouseException(
                "csv.truncated",
                $"'{_name}': the file ends in the middle of a character: expected UTF-16 with an even number of bytes, seen an odd one.{Environment.NewLine}Help: fetch the file again; it was cut off or is not UTF-16.");
        }

        if (_bigEndian is null && _rawLength >= 2)
        {
            _bigEndian = (_raw[0], _raw[1]) switch { (0xFE, 0xFF) => true, (0xFF, 0xFE) => false, _ => _encoding is CsvEncoding.Utf16BigEndian };
        }

        var whole = _rawLength & ~1;
        for (var i = 0; i < whole; i += 2)
        {
            AppendUnit((char)(_bigEndian == true ? BinaryPrimitives.ReadUInt16BigEndian(_raw.AsSpan(i)) : BinaryPrimitives.ReadUInt16LittleEndian(_raw.AsSpan(i))));
        }

        if (_ended && _pendingHigh != 0)
        {
            Append(_pendingHigh);
            _pendingHigh = '\0';
        }

        _raw[0] = _raw[Math.Max(0, _rawLength - 1)];
        _rawLength -= whole;
    }

    private void AppendUnit(char unit)
    {
        if (_pendingHigh != 0)
        {
            var high = _pendingHigh;
            _pendingHigh = '\0';
            if (char.IsLowSurrogate(unit))
            {
                _textEnd += new Rune(high, unit).EncodeToUtf8(_text.AsSpan(_textEnd));
                return;
            }

            Append(high);
        }

        if (char.IsHighSurrogate(unit))
        {
            _pendingHigh = unit;
            return;
        }

        Append(unit);
    }

    private void Append(char unit)
    {
        if (unit < 0x80)
        {
            _text[_textEnd++] = (byte)unit;
        }
        else if (unit < 0x800)
        {
            _text[_textEnd++] = (byte)(0xC0 | (unit >> 6));
            _text[_textEnd++] = (byte)(0x80 | (unit & 0x3F));
        }
        else
        {
            _text[_textEnd++] = (byte)(0xE0 | (unit >> 12));
            _text[_textEnd++] = (byte)(0x80 | ((unit >> 6) & 0x3F));
            _text[_textEnd++] = (byte)(0x80 | (unit & 0x3F));
        }
    }

    private static IEnumerable<char> CodeUnits(byte[] utf8)
    {
        for (var i = 0; i < utf8.Length;)
        {
            int b = utf8[i];
            var length = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
            var value = length switch { 1 => b, 2 => b & 0x1F, 3 => b & 0x0F, _ => b & 0x07 };
            for (var j = 1; j < length; j++)
            {
                value = (value << 6) | (utf8[i + j] & 0x3F);
            }

            i += length;
            if (value < 0x10000)
            {
                yield return (char)value;
            }
            else
            {
                yield return (char)(0xD800 + ((value - 0x10000) >> 10));
                yield return (char)(0xDC00 + ((value - 0x10000) & 0x3FF));
            }
        }
    }
}
