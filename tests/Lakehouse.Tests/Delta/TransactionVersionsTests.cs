using Lakehouse.Delta;

namespace Lakehouse.Tests.Delta;

public sealed class TransactionVersionsTests
{
    [Fact]
    public void StartingWith_IdsAroundThePrefix_GivesThoseThatBeginSo()
    {
        var versions = Of(("a/t/1", 1), ("a/t/2", 2), ("a/t", 3), ("a/t0", 4), ("a/s/9", 5), ("b/t/1", 6));

        Assert.Equal([("a/t/1", 1L), ("a/t/2", 2L)], versions.StartingWith("a/t/").Select(t => (t.Key, t.Value.Version)));
        Assert.Empty(versions.StartingWith("c"));
        Assert.Equal(6, versions.StartingWith("").Count());
    }

    [Fact]
    public void Namespaces_NeighboursOfTheSeparator_AreEachToldOnce()
    {
        // '.' stands before '/' and '0' behind it.
        var versions = Of(("a.b/t/1", 1), ("a/t/1", 1), ("a/t/2", 1), ("a0/t/1", 1), ("spark-query", 1), ("b/t/1", 1), ("a", 1));

        Assert.Equal(["a.b", "a", "a0", "b"], versions.Namespaces('/'));
    }

    [Fact]
    public void Set_Again_TheLastCounts()
    {
        var before = Of(("a", 1));
        var builder = before.ToBuilder();
        builder.Set("a", 2, 7);
        var after = builder.ToImmutable();

        Assert.True(after.TryGetValue("a", out var now));
        Assert.Equal((2L, 7L), now);
        Assert.True(before.TryGetValue("a", out var then));
        Assert.Equal(1L, then.Version);
        Assert.False(after.ContainsKey("A"));
        Assert.Single(after);
    }

    private static TransactionVersions Of(params (string Id, long Version)[] entries)
    {
        var builder = TransactionVersions.Empty.ToBuilder();
        foreach (var (id, version) in entries)
        {
            builder.Set(id, version, 0);
        }

        return builder.ToImmutable();
    }
}
