using System.Buffers;

namespace Temporal.Grpc.Wire;

/// <summary>Bytes in a pooled array that grows; the creator disposes it and then no longer touches <see cref="Written"/>.</summary>
internal sealed class PooledBuffer(int capacity) : IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, Length);

    /// <summary>The room after what is written; at least one byte.</summary>
    public Memory<byte> Free()
    {
        if (Length == _array.Length)
        {
            Reserve(_array.Length + 1);
        }

        return _array.AsMemory(Length);
    }

    /// <summary>Makes the whole at least this large.</summary>
    public void Reserve(int capacity)
    {
        if (capacity <= _array.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, (int)Math.Min(2L * _array.Length, Array.MaxLength)));
        _array.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }

    public void Advance(int count) => Length += count;

    public ReadOnlySequence<byte> Slice(int start, int length) => new(_array, start, length);

    public void Dispose()
    {
        var array = _array;
        _array = [];
        Length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
