namespace Lakehouse.Raw.Csv;

/// <summary>Why a record cannot be taken as a row.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="ByteOffset">Where in the (decompressed) file, from 0: the first offending byte when there is one, else the record's start.</param>
/// <param name="Message">Expected and seen, without any of the record's content.</param>
public sealed record CsvFault(CsvFaultKind Kind, long ByteOffset, string Message)
{
    /// <summary>Stable reason code: <c>csv.too_few_columns</c>, <c>csv.invalid_encoding</c> and so on.</summary>
    public string Code => Kind switch
    {
        CsvFaultKind.TooFewColumns => "csv.too_few_columns",
        CsvFaultKind.TooManyColumns => "csv.too_many_columns",
        CsvFaultKind.TextAfterQuote => "csv.text_after_quote",
        CsvFaultKind.InvalidEncoding => "csv.invalid_encoding",
        CsvFaultKind.NulByte => "csv.nul_byte",
        _ => "csv.record_too_long",
    };
}
