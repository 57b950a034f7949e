using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.Raw;

/// <summary>
/// SHA-256 over what a file says, however it is written: the names of the table's columns, then each record in order with its values. Two files with the same hash make
/// the same rows. Encoding, byte order mark, line ends, quoting, blank lines, compression and the order of columns are not part of it; the order of records is, as models
/// may read a row's number. A record that is no row counts by its bytes.
/// </summary>
internal sealed class ValueHash : IDisposable
{
    /// <summary>Raised when what is hashed changes, so that no two layouts can give the same hash.</summary>
    private const string Layout = "values/1";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly bool _emptyIsNone;
    private int _length;

    /// <summary>Begins a hash.</summary>
    /// <param name="header">Name of the header's form: what a file lacks is null by it.</param>
    /// <param name="columns">The columns that each row gives a value for, in the order in which it gives them.</param>
    /// <param name="emptyIsNone">Whether an empty text is none: in CSV only a pair of quotes tells them apart, which is a way of writing.</param>
    public ValueHash(string header, IEnumerable<string> columns, bool emptyIsNone)
    {
        _emptyIsNone = emptyIsNone;
        foreach (var text in columns.Prepend(header).Prepend(Layout))
        {
            Value(Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Adds a value of the row.</summary>
    public void Value(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty && _emptyIsNone)
        {
            Null();
            return;
        }

        Length(utf8.Length);
        Bytes(utf8);
    }

    /// <summary>Adds a null of the row.</summary>
    public void Null() => Length(-1);

    /// <summary>Ends a row.</summary>
    public void EndRow() => Length(-2);

    /// <summary>Adds a record that is no row.</summary>
    public void Reject(ReadOnlySpan<byte> raw)
    {
        Length(-3);
        Value(raw);
    }

    /// <summary>The hash, lower-case hex. Ends it.</summary>
    public string Finish()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Length(int length)
    {
        if (_length + sizeof(int) > _buffer.Length)
        {
            Flush();
        }

        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), length);
        _length += sizeof(int);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
        {
            Flush();
            if (bytes.Length > _buffer.Length)
            {
                _hash.AppendData(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        _length = 0;
    }
}
