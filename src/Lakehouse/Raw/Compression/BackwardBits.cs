using System.Buffers.Binary;
using System.Numerics;

namespace Lakehouse.Raw.Compression;

/// <summary>Bits of a Zstandard stream that is read from its end: the last byte's highest bit marks where it begins. The array has eight bytes to spare behind it.</summary>
internal struct BackwardBits
{
    private readonly byte[] _data;
    private readonly int _start;

    public BackwardBits(byte[] data, int start, int end)
    {
        if (end <= start || data[end - 1] == 0)
        {
            throw new InvalidDataException("a bit stream without its end mark");
        }

        (_data, _start) = (data, start);
        Left = ((end - start - 1) * 8) + BitOperations.Log2(data[end - 1]);
    }

    /// <summary>Bits that are left; below 0 when more were read than there are, which then count as 0.</summary>
    public int Left { get; private set; }

    /// <summary>The next bits, at most 31, without taking them.</summary>
    public readonly uint Peek(int count)
    {
        var at = Left - count;
        if (at >= 0)
        {
            return (uint)((BinaryPrimitives.ReadUInt64LittleEndian(_data.AsSpan(_start + (at >> 3))) >> (at & 7)) & ((1UL << count) - 1));
        }

        return Left <= 0 ? 0 : (uint)((BinaryPrimitives.ReadUInt64LittleEndian(_data.AsSpan(_start)) & ((1UL << Left) - 1)) << -at);
    }

    public void Skip(int count) => Left -= count;

    /// <summary>The next bits, at most 31.</summary>
    public uint Read(int count)
    {
        var value = Peek(count);
        Left -= count;
        return value;
    }
}
