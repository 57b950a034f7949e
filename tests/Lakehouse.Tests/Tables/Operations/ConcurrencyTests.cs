using Lakehouse.DuckDb;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Tests.Tables.Operations;

public sealed class ConcurrencyTests : IAsyncLifetime
{
    private readonly OperationFixture _t = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _t.DisposeAsync();

    [Fact]
    public async Task Operations_OfTwentyWriters_AllSucceed()
    {
        await _t.CreateAsync("id BIGINT; v BIGINT");
        await _t.Operations.AppendAsync("SELECT range AS id, 0 AS v FROM range(100)");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(w => Task.Run(async () =>
        {
            // A process of its own would have its own lake: what the writers share is the folder alone.
            var lake = new Lake(_t.Lake.Store.ToString()!);
            using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
            using var connection = database.Connect();
            using var files = lake.OpenFiles();
            await using var operations = new TableOperations(lake.Table("gold.t"), connection, files, new TableOperationOptions { Attempts = 500 });
            await operations.AppendAsync($"SELECT {1000 + w} AS id, 1 AS v");
            if (w % 4 == 0)
            {
                await operations.UpdateAsync(new Dictionary<string, string> { ["v"] = "v + 1" }, "id < 100");
            }
        })));
        Assert.Equal(["120 520"], await _t.RowsAsync("select count(*), sum(v) from gold.t"));
        Assert.Equal(26, (await _t.HeadAsync()).Version);

        // Every attempt that lost has taken its files back.
        var removed = (await _t.Table.CommitsAsync(0, 26)).SelectMany(c => c.Actions).OfType<Lakehouse.Delta.AddFile>().Select(a => a.DecodedPath).Order(StringComparer.Ordinal);
        Assert.Equal(removed, _t.DataFiles());
    }
}
