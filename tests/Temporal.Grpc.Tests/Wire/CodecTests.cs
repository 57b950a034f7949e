using System.Text;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Tests.Wire;

public sealed class CodecTests
{
    private const int Rounds = 20_000;
    private readonly int _seed = Random.Shared.Next();

    [Theory]
    [InlineData("1n", 1)]
    [InlineData("100n", 1)]
    [InlineData("101n", 2)]
    [InlineData("0S", 0)]
    [InlineData("70000000u", 700_000_000)]
    [InlineData("9915m", 99_150_000)]
    [InlineData("30S", 300_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("99999999H", 99_999_999 * 36_000_000_000)]
    public void Timeout_Parse_KnownValues(string text, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("1s")]
    [InlineData("1.5S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("123456789S")]
    public void Timeout_Parse_RefusesOthers(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData(-5, "1n")]
    [InlineData(0, "1n")]
    [InlineData(1, "100n")]
    [InlineData(10, "1u")]
    [InlineData(999_999, "99999900n")]
    [InlineData(1_000_001, "100001u")]
    [InlineData(300_000_000, "30000000u")]
    [InlineData(700_000_000, "70000000u")]
    [InlineData(1_000_000_000, "100000m")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Timeout_Format_KnownValues(long ticks, string expected) => Assert.Equal(expected, GrpcTimeout.Format(new TimeSpan(ticks)));

    [Fact]
    public void Timeout_AnyValue_FormatsToNoLessAndHardlyMore()
    {
        var random = new Random(_seed);
        for (var round = 0; round < Rounds; round++)
        {
            var timeout = new TimeSpan(1 + (random.NextInt64(99_999_999 * TimeSpan.TicksPerHour) >> random.Next(62)));
            var text = GrpcTimeout.Format(timeout);

            Assert.True(text.Length is >= 2 and <= 9, $"seed {_seed}: {timeout} was written as '{text}'");
            Assert.True(GrpcTimeout.TryParse(text, out var parsed), $"seed {_seed}: '{text}'");
            var excess = (parsed - timeout).Ticks;
            Assert.True(excess >= 0 && excess <= 1 + (timeout.Ticks / 99_000), $"seed {_seed}: {timeout} came back as {parsed}");
        }
    }

    [Fact]
    public void Message_AnyText_RoundTripsAsPrintableAscii()
    {
        var random = new Random(_seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = RandomText(random);
            var encoded = StatusMessage.Encode(text);

            Assert.DoesNotContain(encoded, c => c is < ' ' or > '~');
            Assert.Equal(encoded.Trim(), encoded);
            Assert.True(text == StatusMessage.Decode(encoded), $"seed {_seed}: '{text}' came back as '{StatusMessage.Decode(encoded)}'");
        }
    }

    [Fact]
    public void Message_AnyAsciiWithoutEscapes_DecodesToItself()
    {
        var random = new Random(_seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => "%zgZ ~"[random.Next(6)]));
            Assert.True(text == StatusMessage.Decode(text), $"seed {_seed}: '{text}'");
        }
    }

    [Fact]
    public void Binary_AnyBytes_RoundTripWithAndWithoutPadding()
    {
        var random = new Random(_seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(random.Next(2) == 0 ? 8 : 600)];
            random.NextBytes(bytes);
            var encoded = BinaryHeader.Encode(bytes);

            Assert.DoesNotContain('=', encoded);
            Assert.Equal(bytes, BinaryHeader.Decode(encoded));
            Assert.Equal(bytes, BinaryHeader.Decode(Convert.ToBase64String(bytes)));
            Assert.Equal(bytes, BinaryHeader.Decode($" {encoded} , AAAA"));
        }
    }

    [Theory]
    [InlineData("!!!!")]
    [InlineData("A")]
    [InlineData("AAAAA")]
    public void Binary_NoBase64_IsNull(string text) => Assert.Null(BinaryHeader.Decode(text));

    [Fact]
    public void Prefix_EveryLengthUpToTheLimit_RoundTrips()
    {
        var random = new Random(_seed);
        var bytes = new byte[FramePrefix.Size];
        for (var round = 0; round < Rounds; round++)
        {
            var length = random.Next() >> random.Next(31);
            FramePrefix.Write(bytes, compressed: round % 2 == 0, length);

            Assert.Equal(new FramePrefix(round % 2 == 0, length), FramePrefix.Read(bytes, "gzip", int.MaxValue));
        }
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(12); i > 0; i--)
        {
            var rune = random.Next(5) switch
            {
                0 => new Rune(random.Next(0x20)),
                1 => new Rune('%'),
                2 => new Rune(random.Next(0x80, 0xD800)),
                3 => new Rune(random.Next(0x10000, 0x110000)),
                _ => new Rune(random.Next(0x20, 0x7F)),
            };
            text.Append(rune.ToString());
        }

        return text.ToString();
    }
}
