using System.Globalization;
using System.Text;
using Lakehouse.Datasets;

namespace Lakehouse.Tests.Datasets;

/// <summary>Numbers in the order of values.</summary>
public sealed class SequenceRankTests
{
    [Fact]
    public void Of_Texts_FollowsTheOrderOfTheirBytes()
    {
        var random = new Random(5);
        string[] texts =
        [
            "", " ", "2024-03-31T12:30:59Z", "2024-03-31T12:31:00Z", "2024-03-31 12:31:00", "2024-03-31", "2024/03/31", "2024-03-30T23", "9", "10", "v1", "ä", "\t", "2024-03-31T12:3",
            .. Enumerable.Range(0, 2000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(18)).Select(_ => " -./0189:TZaä\u0001"[random.Next(14)]))),
        ];
        var ordered = texts.OrderBy(t => t, Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)))).ToArray();

        Assert.All(ordered.Zip(ordered.Skip(1)), pair => Assert.True(SequenceRank.Of(pair.First) <= SequenceRank.Of(pair.Second), $"'{pair.First}' and '{pair.Second}'"));
        Assert.True(SequenceRank.Of("2024-03-30T23:59:59Z") < SequenceRank.Of("2024-03-31T00:00:00Z"));
        Assert.True(SequenceRank.Of("2024-03-31T11:59") < SequenceRank.Of("2024-03-31T12:00"));
    }

    [Fact]
    public void Of_NumbersAndTimes_FollowsTheirOrder()
    {
        object[][] rising =
        [
            [-5L, 0L, 7L],
            [(short)-5, (short)3],
            [-1.5m, -1m, 0m, 12345678901234567890m],
            [double.NegativeInfinity, -1.5, 2.0, 1e300],
            [(Int128)(-5), (Int128)9],
            [DateOnly.MinValue, new DateOnly(2024, 2, 29), new DateOnly(2024, 3, 1)],
            [DateTimeOffset.Parse("2024-03-31T01:00:00+02:00", CultureInfo.InvariantCulture), DateTimeOffset.Parse("2024-03-31T00:00:00Z", CultureInfo.InvariantCulture)],
            [new DateTime(2024, 1, 1), new DateTime(2024, 1, 1, 0, 0, 1)],
        ];

        Assert.All(rising, values => Assert.All(values.Zip(values.Skip(1)), pair => Assert.True(SequenceRank.Of(pair.First) < SequenceRank.Of(pair.Second), $"{pair}")));
    }
}
