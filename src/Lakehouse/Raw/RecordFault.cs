namespace Lakehouse.Raw;

/// <summary>Why a record of a raw file cannot be taken as a row.</summary>
/// <param name="Code">Stable reason code, such as <c>csv.too_few_columns</c> or <c>json.invalid</c>.</param>
/// <param name="ByteOffset">Where in the (unpacked) file, from 0: the first offending byte when there is one, else the record's start.</param>
/// <param name="Message">Expected and seen, without any of the record's content.</param>
public sealed record RecordFault(string Code, long ByteOffset, string Message);
