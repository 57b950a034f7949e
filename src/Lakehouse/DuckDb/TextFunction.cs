using System.Buffers;

namespace Lakehouse.DuckDb;

/// <summary>Makes a text of a text, both as UTF-8. Called from several threads at once; null in gives null out without a call.</summary>
/// <param name="text">The text.</param>
/// <param name="output">Takes the result.</param>
/// <returns>False for a null result.</returns>
public delegate bool TextFunction(ReadOnlySpan<byte> text, IBufferWriter<byte> output);
