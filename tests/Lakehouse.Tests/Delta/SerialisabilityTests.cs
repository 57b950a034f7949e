using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tests.Delta;

/// <summary>
/// Many writers with all kinds of work on one table over a store that loses replies; afterwards a checker replays the log alone and asks of each commit
/// whether it did what it would have done had it run by itself at that place.
/// </summary>
public sealed class SerialisabilityTests
{
    private const int Writers = 4;
    private const int Each = 8;
    private const int Partitions = 3;

    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 200)]
    public async Task Commit_AnyInterleaving_EqualsOneOfThemOneAfterTheOther(int firstSeed, int endSeed)
    {
        for (var seed = firstSeed; seed < endSeed; seed++)
        {
            var store = new MemoryObjectStore();
            await new DeltaTable(store, "t").CreateIfAbsentAsync(new MetadataAction { Id = "1", SchemaString = "{}", PartitionColumns = ["p"] });
            var refused = await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => WorkAsync(store, seed, w))));

            var problem = await CheckAsync(store, refused.Sum());
            Assert.True(problem is null, $"seed {seed}: {problem}");
        }
    }

    /// <summary>Each work is repeated until its outcome is known. Returns how many were refused because what they had read changed.</summary>
    private static async Task<int> WorkAsync(IObjectStore store, int seed, int writer)
    {
        var random = new Random((seed * 1000) + writer);
        var table = new DeltaTable(new FlakyStore(store, new Random((seed * 1000) + 500 + writer)), "t");
        var refused = 0;
        for (var n = 1; n <= Each; n++)
        {
            var request = Request($"{writer}-{n}", random.Next(3), $"{random.Next(Partitions)}", $"{random.Next(Partitions)}");
            while (true)
            {
                try
                {
                    refused += (await table.CommitAsync(request)).Refusal is null ? 0 : 1;
                    break;
                }
                catch (IOException)
                {
                    await Task.Yield();
                }
            }
        }

        return refused;
    }

    /// <summary>Kinds: 0 append, 1 replace the partition, 2 replace it only while another partition is as it was when first read.</summary>
    private static CommitRequest Request(string id, int kind, string partition, string reads)
    {
        string? seen = null;
        var add = new AddFile { Path = id, PartitionValues = new Dictionary<string, string?> { ["p"] = partition }, Size = 1, ModificationTime = 0 };
        return new CommitRequest
        {
            Id = id,
            Transaction = new TransactionAction($"app-{id}", 1, null),
            Operation = "WRITE",
            Info = new JsonObject { ["kind"] = kind, ["partition"] = partition, ["reads"] = reads },
            Changes = head => kind == 0 ? [add] : [.. DeltaTable.ReplacePartitions(head, new HashSet<string> { partition }, [add], 0), new TransactionAction($"read-{id}", State(head.FilesOf(reads)), null)],
            Veto = kind != 2 ? null : (head, _) =>
            {
                var now = string.Join(",", head.FilesOf(reads).Select(f => f.Path));
                seen ??= now;
                return Task.FromResult(seen == now ? null : "what was read has changed");
            },
        };
    }

    private static long State(IEnumerable<AddFile> files) => string.Join(",", files.Select(f => f.Path)).Aggregate(17L, (hash, c) => (hash * 31 + c) & 0xffffff);

    private static async Task<string?> CheckAsync(IObjectStore store, int refused)
    {
        var table = new DeltaTable(store, "t");
        var head = (await table.HeadAsync())!;
        var commits = await table.CommitsAsync(0, head.Version);
        if (commits.Select(c => c.Id).Distinct().Count() != commits.Count || commits.Count != (Writers * Each) - refused)
        {
            return $"{commits.Count} commits of {commits.Select(c => c.Id).Distinct().Count()} works, {refused} refused, of {Writers * Each}";
        }

        var files = new SortedDictionary<string, AddFile>(StringComparer.Ordinal);
        foreach (var commit in commits)
        {
            var (kind, partition, reads) = ((int)commit.Info!["kind"]!, (string)commit.Info["partition"]!, (string)commit.Info["reads"]!);
            var removed = commit.Actions.OfType<RemoveFile>().Select(r => r.Path).Order(StringComparer.Ordinal).ToArray();
            var alone = kind == 0 ? [] : files.Values.Where(f => f.PartitionValues["p"] == partition).Select(f => f.Path).ToArray();
            if (!removed.SequenceEqual(alone))
            {
                return $"version {commit.Version} removed {string.Join(',', removed)}, alone it would have removed {string.Join(',', alone)}";
            }

            if (kind != 0 && commit.Actions.OfType<TransactionAction>().Single(t => t.AppId == $"read-{commit.Id}").Version != State(files.Values.Where(f => f.PartitionValues["p"] == reads)))
            {
                return $"version {commit.Version} was made from another state of partition {reads} than the one before it";
            }

            foreach (var path in removed)
            {
                files.Remove(path);
            }

            foreach (var add in commit.Actions.OfType<AddFile>())
            {
                files.Add(add.Path, add);
            }
        }

        return files.Keys.SequenceEqual(head.Files.Keys) ? null : "the head is not what the commits make";
    }

    /// <summary>Loses replies before and after the write, and lets others in between.</summary>
    private sealed class FlakyStore(IObjectStore inner, Random random) : DelegatingObjectStore(inner)
    {
        public override async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
        {
            await FaultAsync(0.03);
            return await base.ReadAsync(path, cancellationToken);
        }

        public override async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            await FaultAsync(0.15);
            var won = await base.PutIfAbsentAsync(path, content, cancellationToken);
            await FaultAsync(0.15);
            return won;
        }

        private async Task FaultAsync(double probability)
        {
            if (random.Next(2) == 0)
            {
                await Task.Yield();
            }

            if (random.NextDouble() < probability)
            {
                throw new IOException("reply lost");
            }
        }
    }
}
