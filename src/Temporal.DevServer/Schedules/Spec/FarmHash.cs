using System.Buffers.Binary;
using System.Numerics;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>FarmHash's Fingerprint32: the same number for the same bytes in every version and on every machine.</summary>
internal static class FarmHash
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;

    /// <summary>The fingerprint of the bytes.</summary>
    public static uint Fingerprint32(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        <= 4 => UpTo4(bytes),
        <= 12 => UpTo12(bytes),
        <= 24 => UpTo24(bytes),
        _ => Longer(bytes),
    };

    private static uint UpTo4(ReadOnlySpan<byte> s)
    {
        uint b = 0;
        uint c = 9;
        foreach (var v in s)
        {
            b = (b * C1) + (uint)(sbyte)v;
            c ^= b;
        }

        return Finish(Mix(b, Mix((uint)s.Length, c)));
    }

    private static uint UpTo12(ReadOnlySpan<byte> s)
    {
        var length = (uint)s.Length;
        var a = length + Fetch(s, 0);
        var b = (length * 5) + Fetch(s, s.Length - 4);
        var c = 9 + Fetch(s, (s.Length >> 1) & 4);
        return Finish(Mix(c, Mix(b, Mix(a, length * 5))));
    }

    private static uint UpTo24(ReadOnlySpan<byte> s)
    {
        var middle = s.Length >> 1;
        var a = Fetch(s, middle - 4);
        var b = Fetch(s, 4);
        var c = Fetch(s, s.Length - 8);
        var d = Fetch(s, middle);
        var e = Fetch(s, 0);
        var f = Fetch(s, s.Length - 4);
        var h = (d * C1) + (uint)s.Length;
        a = Rotate(a, 12) + f;
        h = Mix(c, h) + a;
        a = Rotate(a, 3) + c;
        h = Mix(e, h) + a;
        a = Rotate(a + f, 12) + d;
        return Finish(Mix(b, h) + a);
    }

    private static uint Longer(ReadOnlySpan<byte> s)
    {
        var h = (uint)s.Length;
        var g = C1 * h;
        var f = g;
        h = Step(Step(h ^ Scramble(Fetch(s, s.Length - 4))) ^ Scramble(Fetch(s, s.Length - 16)));
        g = Step(Step(g ^ Scramble(Fetch(s, s.Length - 8))) ^ Scramble(Fetch(s, s.Length - 12)));
        f = Rotate(f + Scramble(Fetch(s, s.Length - 20)), 19) + 113;
        for (var rounds = (s.Length - 1) / 20; rounds > 0; rounds--, s = s[20..])
        {
            var (a, b, c, d, e) = (Fetch(s, 0), Fetch(s, 4), Fetch(s, 8), Fetch(s, 12), Fetch(s, 16));
            h = Mix(d, h + a) + e;
            g = Mix(c, g + b) + a;
            f = Mix(b + (e * C1), f + c) + d + g;
            g += f;
        }

        g = Rotate(Rotate(g, 11) * C1, 17) * C1;
        f = Rotate(Rotate(f, 11) * C1, 17) * C1;
        h = Rotate(Step(h + g), 17) * C1;
        return Rotate(Step(h + f), 17) * C1;
    }

    private static uint Fetch(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt32LittleEndian(s[at..]);

    private static uint Rotate(uint value, int by) => BitOperations.RotateRight(value, by);

    private static uint Scramble(uint value) => Rotate(value * C1, 17) * C2;

    private static uint Step(uint h) => (Rotate(h, 19) * 5) + 0xe6546b64;

    private static uint Mix(uint a, uint h) => Step(h ^ Scramble(a));

    private static uint Finish(uint h)
    {
        h ^= h >> 16;
        h *= 0x85ebca6b;
        h ^= h >> 13;
        h *= 0xc2b2ae35;
        return h ^ (h >> 16);
    }
}
