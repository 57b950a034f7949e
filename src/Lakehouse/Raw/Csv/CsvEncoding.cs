namespace Lakehouse.Raw.Csv;

/// <summary>Encodings that files are read in.</summary>
public enum CsvEncoding
{
    /// <summary>UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16; little-endian unless a byte order mark says otherwise.</summary>
    Utf16,

    /// <summary>UTF-16, big-endian unless a byte order mark says otherwise.</summary>
    Utf16BigEndian,

    /// <summary>ISO 8859-1: each byte is the code point of that number.</summary>
    Latin1,

    /// <summary>Windows-1252, as written by older Windows programs.</summary>
    Windows1252,
}
