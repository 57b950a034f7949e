using System.Buffers.Binary;
using System.Numerics;

namespace Lakehouse.Checksums;

/// <summary>The checksum of Zstandard frames: XXH64 with seed 0, over bytes that come in pieces.</summary>
internal sealed class XxHash64
{
    private const ulong P1 = 0x9E3779B185EBCA87;
    private const ulong P2 = 0xC2B2AE3D27D4EB4F;
    private const ulong P3 = 0x165667B19E3779F9;
    private const ulong P4 = 0x85EBCA77C2B2AE63;
    private const ulong P5 = 0x27D4EB2F165667C5;

    private readonly ulong[] _lanes = [unchecked(P1 + P2), P2, 0, unchecked(0 - P1)];
    private readonly byte[] _rest = new byte[32];
    private int _restLength;
    private ulong _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += (ulong)bytes.Length;
        if (_restLength > 0)
        {
            var taken = Math.Min(32 - _restLength, bytes.Length);
            bytes[..taken].CopyTo(_rest.AsSpan(_restLength));
            _restLength += taken;
            bytes = bytes[taken..];
            if (_restLength < 32)
            {
                return;
            }

            Stripe(_rest);
            _restLength = 0;
        }

        for (; bytes.Length >= 32; bytes = bytes[32..])
        {
            Stripe(bytes);
        }

        bytes.CopyTo(_rest);
        _restLength = bytes.Length;
    }

    public ulong Hash()
    {
        unchecked
        {
            ulong hash;
            if (_length >= 32)
            {
                hash = BitOperations.RotateLeft(_lanes[0], 1) + BitOperations.RotateLeft(_lanes[1], 7) + BitOperations.RotateLeft(_lanes[2], 12) + BitOperations.RotateLeft(_lanes[3], 18);
                foreach (var lane in _lanes)
                {
                    hash = ((hash ^ Round(0, lane)) * P1) + P4;
                }
            }
            else
            {
                hash = P5;
            }

            hash += _length;
            var rest = _rest.AsSpan(0, _restLength);
            for (; rest.Length >= 8; rest = rest[8..])
            {
                hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * P1) + P4;
            }

            if (rest.Length >= 4)
            {
                hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * P1), 23) * P2) + P3;
                rest = rest[4..];
            }

            foreach (var b in rest)
            {
                hash = BitOperations.RotateLeft(hash ^ (b * P5), 11) * P1;
            }

            hash = (hash ^ (hash >> 33)) * P2;
            hash = (hash ^ (hash >> 29)) * P3;
            return hash ^ (hash >> 32);
        }
    }

    private void Stripe(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < 4; i++)
        {
            _lanes[i] = Round(_lanes[i], BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * 8)..]));
        }
    }

    private static ulong Round(ulong lane, ulong value) => unchecked(BitOperations.RotateLeft(lane + (value * P2), 31) * P1);
}
