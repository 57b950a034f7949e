using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>
/// Jitter as the recordings' README defines it, worked out apart from the server: FarmHash's Fingerprint32, of which inputs of more than 24
/// bytes are all that jitter needs.
/// </summary>
public static class JitterHash
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;

    /// <summary>Milliseconds that a nominal time is put off, below <paramref name="maxMilliseconds"/>.</summary>
    public static long Of(string seed, DateTime nominal, uint maxMilliseconds)
    {
        var bytes = new byte[15 + Encoding.UTF8.GetByteCount(seed)];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), nominal.Ticks / TimeSpan.TicksPerSecond);
        bytes[13] = bytes[14] = 0xff;
        Encoding.UTF8.GetBytes(seed, bytes.AsSpan(15));
        return (long)((ulong)Fingerprint(bytes) * maxMilliseconds >> 32);
    }

    private static uint Fingerprint(byte[] s)
    {
        uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(s.AsSpan(at));
        uint Scrambled(int fromEnd) => BitOperations.RotateRight(Word(s.Length - fromEnd) * C1, 17) * C2;
        static uint Fold(uint into, uint value) => (BitOperations.RotateRight(into ^ value, 19) * 5) + 0xe6546b64;
        static uint Mul(uint value) => BitOperations.RotateRight(value * C1, 17) * C2;
        var (h, g, f) = ((uint)s.Length, C1 * (uint)s.Length, C1 * (uint)s.Length);
        h = Fold(Fold(h, Scrambled(4)), Scrambled(16));
        g = Fold(Fold(g, Scrambled(8)), Scrambled(12));
        f = BitOperations.RotateRight(f + Scrambled(20), 19) + 113;
        for (var at = 0; at < (s.Length - 1) / 20 * 20; at += 20)
        {
            var (a, b, c, d, e) = (Word(at), Word(at + 4), Word(at + 8), Word(at + 12), Word(at + 16));
            h = Fold(h + a, Mul(d)) + e;
            g = Fold(g + b, Mul(c)) + a;
            f = Fold(f + c, Mul(b + (e * C1))) + d + g;
            g += f;
        }

        static uint Spread(uint value) => BitOperations.RotateRight(BitOperations.RotateRight(value, 11) * C1, 17) * C1;
        (g, f) = (Spread(g), Spread(f));
        h = BitOperations.RotateRight(((BitOperations.RotateRight(h + g, 19) * 5) + 0xe6546b64), 17) * C1;
        return BitOperations.RotateRight(((BitOperations.RotateRight(h + f, 19) * 5) + 0xe6546b64), 17) * C1;
    }
}
