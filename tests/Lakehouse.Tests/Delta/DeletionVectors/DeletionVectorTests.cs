using System.Buffers.Binary;
using Lakehouse.Delta;
using Lakehouse.Delta.DeletionVectors;

namespace Lakehouse.Tests.Delta.DeletionVectors;

public sealed class DeletionVectorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_AnyRows_AreThoseThatWereWritten(int seed)
    {
        var random = new Random(seed);
        var rows = new SortedSet<long>();
        for (var part = 0; part < 4; part++)
        {
            // Sparse, dense and in runs: the three kinds of containers.
            var start = part * 70_000L;
            rows.UnionWith(Enumerable.Range(0, random.Next(2000)).Select(_ => start + random.Next(60_000)));
            rows.UnionWith(Enumerable.Range(0, random.Next(8000)).Select(i => start + 10_000 + (i * 3)));
            rows.UnionWith(Enumerable.Range(0, random.Next(9000)).Select(i => start + 40_000 + i));
        }

        var (vector, framed) = Write(rows, withRuns: seed % 2 == 0);
        var read = DeletionVector.Read(vector, framed, "t");

        Assert.Equal(rows.Count, read.Count);
        Assert.Equal(rows.Max + 1, read.Length);
        Assert.Equal(rows, Enumerable.Range(0, (int)read.Length + 100).Select(i => (long)i).Where(read.Contains));
    }

    [Fact]
    public void Read_OneBitChanged_IsRefused()
    {
        var (vector, framed) = Write([1, 5, 9], withRuns: false);
        for (var bit = 0; bit < framed.Length * 8; bit++)
        {
            var changed = framed.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal("delta.corrupt", Assert.Throws<LakehouseException>(() => DeletionVector.Read(vector, changed, "t")).Code);
        }
    }

    [Fact]
    public void Read_CutOff_IsRefused()
    {
        var (vector, framed) = Write([1, 5, 9], withRuns: false);
        Assert.All(Enumerable.Range(0, framed.Length), n => Assert.Throws<LakehouseException>(() => DeletionVector.Read(vector, framed.AsSpan(0, n), "t")));
    }

    [Fact]
    public void Read_OtherCountThanTheLogSays_IsRefused()
    {
        var (vector, framed) = Write([1, 5, 9], withRuns: false);
        Assert.Contains("3 rows", Assert.Throws<LakehouseException>(() => DeletionVector.Read(vector with { Cardinality = 4 }, framed, "t")).Message, StringComparison.Ordinal);
    }

    // The protocol's own examples.
    [Theory]
    [InlineData("u", "ab^-aqEH.-t@S}K{vb[*k^", "t/ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin")]
    [InlineData("p", "s3://mytable/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", null)]
    [InlineData("p", "file:///lake/t%20x/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", "/lake/t x/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin")]
    public void FileOf_Descriptor_IsItsFile(string type, string path, string? file)
    {
        var vector = new DeletionVectorDescriptor { StorageType = type, PathOrInlineDv = path, SizeInBytes = 1, Cardinality = 1 };
        if (file is null)
        {
            Assert.Equal("delta.unsupported", Assert.Throws<LakehouseException>(() => DeletionVector.FileOf(vector, "t")).Code);
        }
        else
        {
            Assert.Equal(file, DeletionVector.FileOf(vector, "t"));
        }
    }

    [Fact]
    public void Read_AnInlineExampleOfTheKernel_HidesItsRows()
    {
        var vector = new DeletionVectorDescriptor { StorageType = "i", PathOrInlineDv = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", SizeInBytes = 44, Cardinality = 6 };
        var rows = DeletionVector.Read(vector, [], "t");
        Assert.Equal([3, 4, 7, 11, 18, 29], Enumerable.Range(0, 40).Where(r => rows.Contains(r)));
    }

    /// <summary>An independent writer of the format: containers as runs where asked for, else arrays or bit sets by their size.</summary>
    private static (DeletionVectorDescriptor Vector, byte[] Framed) Write(SortedSet<long> rows, bool withRuns)
    {
        using var data = new MemoryStream();
        var writer = new BinaryWriter(data);
        writer.Write(1681511377);
        var halves = rows.GroupBy(r => (uint)(r >> 32)).ToArray();
        writer.Write((long)halves.Length);
        foreach (var half in halves)
        {
            writer.Write(half.Key);
            WriteBitmap(writer, half, withRuns);
        }

        var bytes = data.ToArray();
        var framed = new byte[bytes.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(framed, bytes.Length);
        bytes.CopyTo(framed, 4);
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(4 + bytes.Length), Crc(bytes));
        return (new DeletionVectorDescriptor { StorageType = "u", PathOrInlineDv = "x", Offset = 1, SizeInBytes = bytes.Length, Cardinality = rows.Count }, framed);
    }

    private static void WriteBitmap(BinaryWriter writer, IEnumerable<long> rows, bool withRuns)
    {
        var containers = rows.GroupBy(r => (ushort)(r >> 16)).Select(g => (Key: g.Key, Values: g.Select(r => (ushort)r).ToArray())).ToArray();
        if (withRuns)
        {
            writer.Write((uint)(12347 | ((containers.Length - 1) << 16)));
            writer.Write(Enumerable.Repeat((byte)0xff, (containers.Length + 7) / 8).ToArray());
        }
        else
        {
            writer.Write(12346u);
            writer.Write((uint)containers.Length);
        }

        foreach (var (key, values) in containers)
        {
            writer.Write(key);
            writer.Write((ushort)(values.Length - 1));
        }

        if (!withRuns || containers.Length >= 4)
        {
            writer.Write(new byte[4 * containers.Length]);
        }

        foreach (var (_, values) in containers)
        {
            if (withRuns)
            {
                var starts = values.Where((v, i) => i == 0 || values[i - 1] != v - 1).ToArray();
                writer.Write((ushort)starts.Length);
                foreach (var start in starts)
                {
                    var length = values.SkipWhile(v => v < start).TakeWhile((v, i) => v == start + i).Count();
                    writer.Write(start);
                    writer.Write((ushort)(length - 1));
                }
            }
            else if (values.Length <= 4096)
            {
                Array.ForEach(values, writer.Write);
            }
            else
            {
                var words = new ulong[1024];
                Array.ForEach(values, v => words[v / 64] |= 1UL << (v % 64));
                Array.ForEach(words, writer.Write);
            }
        }
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }
}
