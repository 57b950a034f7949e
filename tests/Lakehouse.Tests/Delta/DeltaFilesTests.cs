using Lakehouse.Delta;
using Lakehouse.Delta.Files;

namespace Lakehouse.Tests.Delta;

public sealed class DeltaFilesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Build_AnyAddsAndRemoves_AreWhatADictionarySays(int seed)
    {
        var random = new Random(seed);
        var expected = new SortedDictionary<string, AddFile>(StringComparer.Ordinal);
        DeltaFiles? files = null;
        for (var version = 0; version < 60; version++)
        {
            // The first versions come in one piece, as from a checkpoint; now and then so many changes that the columns are made anew.
            var builder = new DeltaFilesBuilder(files);
            for (var n = random.Next(version == 0 ? 8000 : version % 20 == 7 ? 9000 : 50); n > 0; n--)
            {
                var (path, vector) = ($"p={random.Next(5)}/f{random.Next(6000)}é.parquet", random.Next(10) == 0 ? Vector(random.Next(3)) : null);
                var key = DeltaFiles.KeyOf(path, vector?.UniqueId);
                if (random.Next(3) > 0)
                {
                    builder.Add(expected[key] = File(path, vector, version, random));
                }
                else
                {
                    builder.Remove(path, vector?.UniqueId);
                    expected.Remove(key);
                }
            }

            var before = files?.Count;
            var next = builder.Build();
            Assert.Equal(before, files?.Count);
            files = next;
            Assert.Equal(expected.Count, files.Count);
            if (version % 10 == 9 || version < 2)
            {
                Assert.Equal(expected.Keys, files.Keys);
                Assert.Equal(expected.Values.Select(Text), files.Select(Text));
                Assert.Equal(expected.Values.Sum(f => f.Size), files.TotalBytes());
                foreach (var part in new[] { null, "0", "2", "none" })
                {
                    Assert.Equal(expected.Values.Where(f => f.PartitionValues["p"] == part).Select(Text), files.Of(v => v["p"] == part).Select(Text));
                }

                foreach (var (from, to) in new[] { ("0", "0"), ("0", "1"), ("", "\uffff"), ("1", "9"), ("00", "1"), ("2", "0"), ("none", "z"), ("", "") })
                {
                    Assert.Equal(Holding(p => string.CompareOrdinal(p, from) >= 0 && string.CompareOrdinal(p, to) <= 0), files.Of("p", from, to).Select(Text));
                }

                var some = new HashSet<string> { "2", "none", "0" };
                Assert.Equal(Holding(some.Contains), files.Of("p", some).Select(Text));
                Assert.Equal(expected.Values.Select(Text), files.Of("q", "", "").Select(Text));
                Assert.Empty(files.Of("r", "", "\uffff"));
                IEnumerable<string> Holding(Func<string, bool> holds) => expected.Values.Where(f => f.PartitionValues["p"] is { } p && holds(p)).Select(Text);

                Assert.All(expected.Take(50), f => Assert.Equal(Text(f.Value), Text(files.Find(f.Value.Path, f.Value.DeletionVectorId)!)));
            }
        }
    }

    private static AddFile File(string path, DeletionVectorDescriptor? vector, int version, Random random) => new()
    {
        Path = path,
        DeletionVector = vector,
        PartitionValues = new Dictionary<string, string?> { ["p"] = random.Next(4) == 0 ? null : random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture), ["q"] = "" },
        Size = random.Next(),
        ModificationTime = version,
        DataChange = random.Next(2) == 0,
        Stats = random.Next(3) == 0 ? null : $"{{\"numRecords\":{random.Next()}}}",
        Tags = random.Next(5) == 0 ? new Dictionary<string, string?> { ["t"] = "v" } : null,
        BaseRowId = random.Next(5) == 0 ? random.Next() : null,
    };

    private static DeletionVectorDescriptor Vector(int id) => new() { StorageType = "u", PathOrInlineDv = "v", Offset = id, SizeInBytes = 1, Cardinality = 1 };

    private static string Text(AddFile f) =>
        $"{f.Path} {f.DeletionVectorId} {string.Join(",", f.PartitionValues)} {f.Size} {f.ModificationTime} {f.DataChange} {f.Stats} {(f.Tags is null ? "" : string.Join(",", f.Tags))} {f.BaseRowId}";
}
