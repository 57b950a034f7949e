namespace Lakehouse.Raw.Csv;

/// <summary>What can be wrong with a record.</summary>
public enum CsvFaultKind
{
    /// <summary>Fewer fields than the header has columns.</summary>
    TooFewColumns,

    /// <summary>More fields than the header has columns.</summary>
    TooManyColumns,

    /// <summary>Something other than a delimiter or a line end follows a closing quote.</summary>
    TextAfterQuote,

    /// <summary>Bytes that are no text in the file's encoding.</summary>
    InvalidEncoding,

    /// <summary>A NUL byte, as left by a crash or in a file that is no text.</summary>
    NulByte,

    /// <summary>Longer than the dialect allows, mostly because a quote is never closed.</summary>
    RecordTooLong,
}
