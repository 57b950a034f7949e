using System.Diagnostics;
using System.Text;
using Lakehouse.DuckDb;
using Lakehouse.Raw.Compression;
using Lakehouse.Tests.Raw.Csv;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Raw.Compression;

/// <summary>Zstandard as the engine and the reference tool write it.</summary>
public sealed class ZstdSourceTests
{
    private const string Tool = "/usr/bin/zstd";

    [Theory]
    [InlineData("SELECT 1 AS a")]
    [InlineData("SELECT i AS a, 'x' AS b FROM range(300000) t(i)")]
    [InlineData("SELECT md5(i::VARCHAR) AS a FROM range(50000) t(i)")]
    [InlineData("SELECT repeat('abc', 100000) AS a")]
    [InlineData("SELECT i % 7 AS a, CASE WHEN hash(i) % 3 = 0 THEN 'the quick brown fox' ELSE 'jumps over ' || (hash(i) % 1000) END AS b FROM range(200000) t(i)")]
    public void Read_WhatTheEnginePacked_ComesBackExact(string select)
    {
        using var folder = new TempDir();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        connection.Execute($"COPY ({select}) TO {SqlIdentifier.Literal(folder.At("a.csv"))}; COPY ({select}) TO {SqlIdentifier.Literal(folder.At("a.csv.zst"))} (COMPRESSION zstd)");

        Assert.Equal(File.ReadAllBytes(folder.At("a.csv")), Unpack(File.ReadAllBytes(folder.At("a.csv.zst"))));
    }

    [Fact]
    public void Read_WhatTheToolPacked_ComesBackExactAtEveryLevel()
    {
        Assert.SkipUnless(File.Exists(Tool), $"{Tool} is not installed.");
        using var folder = new TempDir();
        var random = new Random(5);
        var words = Enumerable.Range(0, 500).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 9)).Select(_ => (char)('a' + random.Next(16))))).ToArray();
        byte[][] contents =
        [
            [],
            "a"u8.ToArray(),
            Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 40_000).Select(i => $"{i},{words[random.Next(500)]},{string.Join(' ', Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(500)]))}"))),
            [.. Enumerable.Repeat((byte)'x', 400_000)],
            [.. Enumerable.Range(0, 300_000).Select(_ => (byte)random.Next(256))],
            [.. Enumerable.Range(0, 300_000).Select(_ => (byte)(random.Next(4) == 0 ? random.Next(256) : random.Next(5)))],
        ];
        var all = new MemoryStream();
        foreach (var content in contents)
        {
            File.WriteAllBytes(folder.At("c"), content);
            foreach (var level in new[] { "--fast=9", "-1", "-3", "-7", "-12", "-19", "--ultra -22 --long=27", "-3 --no-check", "-5 --no-content-size" })
            {
                using var tool = Process.Start(Tool, $"-q -f {level} {folder.At("c")} -o {folder.At("c.zst")}");
                tool.WaitForExit();
                var packed = File.ReadAllBytes(folder.At("c.zst"));
                Assert.True(content.AsSpan().SequenceEqual(Unpack(packed)), $"{content.Length} bytes at {level} differ");
                all.Write(content.Length < 100_000 ? packed : []);
            }
        }

        // Frames one after the other, a skippable one between.
        Assert.Equal(Enumerable.Repeat((byte)'a', 18), Unpack([.. all.ToArray(), 0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3, .. all.ToArray()]));
    }

    [Fact]
    public void Read_DamagedOrCutOff_SaysSoAndNeverMore()
    {
        using var folder = new TempDir();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        connection.Execute($"COPY (SELECT i AS a, 'word ' || (hash(i) % 50) AS b FROM range(3000) t(i)) TO {SqlIdentifier.Literal(folder.At("a.csv.zst"))} (COMPRESSION zstd)");
        var packed = File.ReadAllBytes(folder.At("a.csv.zst"));
        var whole = Unpack(packed);
        for (var i = 1; i < packed.Length; i += 1 + (i / 50))
        {
            // A cut between the frames that the writer made is a whole file to this reader; the text's own end then shows it.
            var cut = Seen(packed[..i]);
            Assert.True(cut is "csv.zstd_truncated" or "", $"cut at {i}: {cut}");
        }

        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var damaged = packed.ToArray();
            damaged[random.Next(4, packed.Length)] ^= (byte)random.Next(1, 256);
            var seen = Seen(damaged);
            Assert.True(seen is "" or "csv.zstd_corrupt" or "csv.zstd_truncated", $"seed {seed}: {seen}");
        }

        Assert.True(whole.Length > 10_000);
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var source = new ZstdSource(new ChunkedStream(packed, new Random(1), 5000), "f.zst", "csv");
        using var unpacked = new MemoryStream();
        source.CopyTo(unpacked, 10_007);
        return unpacked.ToArray();
    }

    private static string Seen(byte[] packed)
    {
        try
        {
            Unpack(packed);
            return "";
        }
        catch (LakehouseException e)
        {
            return e.Code;
        }
    }
}
