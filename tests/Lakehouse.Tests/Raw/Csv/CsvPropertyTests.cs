using System.Text;
using Lakehouse.Raw.Csv;

namespace Lakehouse.Tests.Raw.Csv;

/// <summary>Properties over generated input; every failure names its seed.</summary>
public sealed class CsvPropertyTests
{
    private static readonly string[] Pieces =
        [",", "\"", "\"\"", "\n", "\r\n", "\r", " ", "\t", ";", "a", "Zürich", "日本", "𝄞", "NULL", "'", "\\", "\u2028", "\u0001", "0", "-1.5", "x,y", "\"q\"", "\uFEFF"];

    [Fact]
    public void Read_WrittenRows_ComeBackExactWhateverTheChunksAndLineEnds()
    {
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var encoding = (seed % 8) switch { 7 => CsvEncoding.Utf16, 6 => CsvEncoding.Utf16BigEndian, _ => CsvEncoding.Utf8 };
            var columns = random.Next(1, 7);
            var rows = Enumerable.Range(0, random.Next(0, 40)).Select(_ => Enumerable.Range(0, columns).Select(_ => Value(random)).ToArray()).ToList();
            var header = Enumerable.Range(0, columns).Select(i => $"c{i}").ToArray();
            var text = new StringBuilder(string.Join(',', header)).Append(random.Next(2) == 0 ? "\n" : "\r\n");
            for (var i = 0; i < rows.Count; i++)
            {
                text.Append(string.Join(',', rows[i].Select(v => Write(v, random, columns == 1))));
                text.Append(i == rows.Count - 1 && rows[i][^1] is not null && random.Next(3) == 0 ? "" : random.Next(2) == 0 ? "\n" : "\r\n");
            }

            var bytes = Encode(text.ToString(), encoding);
            var read = CsvText.Read(bytes, CsvDialect.Default with { Encoding = encoding }, new ChunkedStream(bytes, random, random.Next(2) == 0 ? 3 : 4000));

            Assert.True(read.Error is null && read.Faults.Count == 0, $"seed {seed}: {read.Error}{string.Join(", ", read.Faults)}");
            Assert.True(rows.Count == read.Rows.Count && rows.Zip(read.Rows).All(p => p.First.SequenceEqual(p.Second)), $"seed {seed}: rows differ: {string.Join(" | ", rows.Zip(read.Rows).Where(p => !p.First.SequenceEqual(p.Second)).Take(1).Select(p => $"{string.Join("~", p.First)} <> {string.Join("~", p.Second)}"))}");
            Assert.True(read.Records.All(r => r.Raw.AsSpan().SequenceEqual(bytes.AsSpan((int)r.Offset, r.Raw.Length))), $"seed {seed}: raw bytes or offsets differ");
        }
    }

    [Fact]
    public void Read_AnyBytes_EndsAndAccountsForEveryByteTheSameInAllChunkSizes()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] alphabet = seed % 3 == 0 ? [] : [(byte)',', (byte)'"', (byte)'\n', (byte)'\r', (byte)'a', (byte)'b', 0xC3, 0xA4, 0];
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length && alphabet.Length > 0; i++)
            {
                bytes[i] = alphabet[bytes[i] % (seed % 3 == 1 ? 5 : alphabet.Length)];
            }

            var dialect = CsvDialect.Default with { HasHeader = seed % 2 == 0, MaxRecordBytes = seed % 5 == 0 ? 20 : 1 << 20, Encoding = (CsvEncoding)(seed % 7 < 5 ? seed % 7 : 0) };
            var whole = CsvText.Read(bytes, dialect);
            var parts = CsvText.Read(bytes, dialect, new ChunkedStream(bytes, random, 5));

            Assert.Equal(whole.Error, parts.Error);
            Assert.True(whole.Records.Count == parts.Records.Count && whole.Records.Zip(parts.Records).All(p => p.First.Offset == p.Second.Offset && p.First.Line == p.Second.Line && p.First.Raw.AsSpan().SequenceEqual(p.Second.Raw)), $"seed {seed}: chunk sizes matter");
            Assert.Equal(whole.Records.Count, whole.Rows.Count + whole.Faults.Count + (whole.Error is null ? 0 : whole.Records.Count - whole.Rows.Count - whole.Faults.Count));
            Assert.True(whole.Records.All(r => bytes.AsSpan((int)r.Offset, r.Raw.Length).SequenceEqual(r.Raw)), $"seed {seed}: raw bytes differ");
            if (whole.Error is null)
            {
                AssertOnlyLineEndsBetween(bytes, whole, dialect, seed);
            }
        }
    }

    // Between records lie only line ends and blank lines (and what is beyond the cut of a record that is too long).
    private static void AssertOnlyLineEndsBetween(byte[] bytes, CsvText text, CsvDialect dialect, int seed)
    {
        if (dialect.Encoding is not CsvEncoding.Utf8)
        {
            return;
        }

        for (var i = 0; i < text.Records.Count; i++)
        {
            var end = (int)text.Records[i].Offset + text.Records[i].Raw.Length;
            var next = i + 1 < text.Records.Count ? (int)text.Records[i + 1].Offset : bytes.Length;
            Assert.True(
                text.Records[i].Raw.Length >= dialect.MaxRecordBytes - 3 || bytes[end..next].All(b => b is (byte)'\n' or (byte)'\r'),
                $"seed {seed}: bytes {end} to {next} belong to no record");
        }
    }

    private static string? Value(Random random) => random.Next(6) == 0
        ? null
        : string.Concat(Enumerable.Range(0, random.Next(0, 6)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    // Null is written as nothing; in a file of one column a line of nothing would still be a row.
    private static string Write(string? value, Random random, bool alone) =>
        value is null ? ""
        : value.Length == 0 || value.AsSpan().IndexOfAny(",\"\n\r") >= 0 || (alone && value.Length == 0) || random.Next(4) == 0 ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : value;

    private static byte[] Encode(string text, CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Utf16 => Encoding.Unicode.GetBytes(text),
        CsvEncoding.Utf16BigEndian => Encoding.BigEndianUnicode.GetBytes(text),
        CsvEncoding.Latin1 => Encoding.Latin1.GetBytes(text),
        _ => Encoding.UTF8.GetBytes(text),
    };
}
