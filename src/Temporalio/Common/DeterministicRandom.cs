using System.Buffers.Binary;
using System.Numerics;

namespace Temporalio.Common;

/// <summary>A random stream that depends on nothing but its seed: the same numbers on every machine and every replay. Not for secrets.</summary>
public class DeterministicRandom : Random
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    private UInt128 _state;

    /// <summary>A stream for a seed.</summary>
    /// <param name="seed">Seed.</param>
    public DeterministicRandom(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 16; i += 4)
        {
            seed = unchecked((seed * 6364136223846793005UL) + 11634580027462260723UL);
            var shifted = (uint)(((seed >> 18) ^ seed) >> 27);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[i..], BitOperations.RotateRight(shifted, (int)(seed >> 59)));
        }

        _state = new UInt128(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes)) | 1;
    }

    /// <inheritdoc/>
    public override int Next() => Next(0, int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => Next(0, maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        var range = unchecked((uint)maxValue - (uint)minValue);
        if (range == 0)
        {
            return minValue;
        }

        var zone = unchecked((range << BitOperations.LeadingZeroCount(range)) - 1);
        while (true)
        {
            var product = (ulong)(uint)NextUInt64() * range;
            if ((uint)product <= zone)
            {
                return unchecked(minValue + (int)(uint)(product >> 32));
            }
        }
    }

    /// <inheritdoc/>
    public override double NextDouble() => Sample();

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        Fill(buffer);
    }

    internal Guid NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }

    /// <inheritdoc/>
    protected override double Sample() => BitConverter.UInt64BitsToDouble((NextUInt64() >> 12) | 0x3FF0000000000000UL) - 1.0;

    private ulong NextUInt64()
    {
        _state *= Multiplier;
        var high = (ulong)(_state >> 64);
        return BitOperations.RotateRight(high ^ (ulong)_state, (int)(high >> 58));
    }

    private void Fill(Span<byte> buffer)
    {
        Span<byte> word = stackalloc byte[8];
        for (; buffer.Length > 0; buffer = buffer[Math.Min(8, buffer.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            word[..Math.Min(8, buffer.Length)].CopyTo(buffer);
        }
    }
}
