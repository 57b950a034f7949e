namespace Lakehouse.Raw.JsonLines;

/// <summary>What is known of a field of the current record.</summary>
internal enum JsonFieldState
{
    /// <summary>The record has no such key.</summary>
    Absent,

    /// <summary>The key is there with null.</summary>
    Null,

    /// <summary>The text lies in the buffer as it stands in the file.</summary>
    Buffer,

    /// <summary>The text was freed of escapes.</summary>
    Scratch,
}
