namespace Lakehouse.Raw;

/// <summary>
/// Hands out the records of a raw file one by one, sound or faulty: none is dropped. A value is UTF-8 text and valid until the next call.
/// </summary>
internal interface IRecordReader : IDisposable
{
    /// <summary>Number of the record, from 1; the header is not counted.</summary>
    long RecordNumber { get; }

    /// <summary>Line of the file on which the record begins, from 1.</summary>
    long Line { get; }

    /// <summary>Byte of the (unpacked) file at which the record begins, from 0.</summary>
    long ByteOffset { get; }

    /// <summary>Why the record is no row; null when it is one.</summary>
    RecordFault? RecordFault { get; }

    /// <summary>Records handed out with a fault so far.</summary>
    long Faults { get; }

    /// <summary>Lines with nothing on them, which are no records.</summary>
    long BlankLines { get; }

    /// <summary>Moves to the next record; false at the end of the file.</summary>
    bool Read();

    /// <summary>True when a field has no value.</summary>
    bool IsNull(int field);

    /// <summary>A field's value.</summary>
    ReadOnlySpan<byte> GetUtf8(int field);

    /// <summary>The record's own bytes, in the file's encoding.</summary>
    byte[] GetRawBytes();
}
