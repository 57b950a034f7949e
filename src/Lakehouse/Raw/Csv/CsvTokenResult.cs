namespace Lakehouse.Raw.Csv;

/// <summary>What the tokenizer found at a place.</summary>
internal enum CsvTokenResult
{
    /// <summary>A whole record.</summary>
    Record,

    /// <summary>The buffer ends inside a record and more may follow.</summary>
    NeedMore,

    /// <summary>The file ends inside quotes.</summary>
    UnterminatedQuote,
}
