using Lakehouse.ObjectStores;
using Lakehouse.Simulation.Crash;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>
/// A store as one across a network: each of its calls in turn fails, loses its reply, or is the last of its process. Data files travel through a cache.
/// </summary>
public sealed class LostReplyTests : IDisposable
{
    private readonly TempDir _folder = new();
    private int _caches;

    public void Dispose() => _folder.Dispose();

    /// <summary>Every kind of work loses each of its replies; the kinds that differ in how they go about also meet errors and death at each call.</summary>
    public static TheoryData<string, Fault[]> Scenarios { get; } = new(CrashScenario.All.Select(s => (s.Name, s.Name is "append" or "merge" or "compact" or "restore" or "vacuum" or "checkpoint" ? Enum.GetValues<Fault>() : [Fault.LostReply])));

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Store_FailingAtAnyCall_LeavesATableThatIsWhole(string name, Fault[] faults)
    {
        var scenario = CrashScenario.Find(name);
        var prepared = new MemoryObjectStore();
        using (var table = new CrashTable(prepared, Cache()))
        {
            await table.PrepareAsync();
        }

        var whole = await CopyAsync(prepared);
        string[] before, after;
        using (var table = new CrashTable(whole, Cache()))
        {
            before = await table.RowsAsync();
            await scenario.RunAsync(table);
            after = await table.RowsAsync();
        }

        var cases = 0;
        foreach (var fault in faults)
        {
            for (var call = 1; ; call++)
            {
                var store = await CopyAsync(prepared);
                var faulty = new FaultyStore(store, call, fault);
                await RunAsync(scenario, faulty);
                if (!faulty.HasFailed)
                {
                    break;
                }

                cases++;
                try
                {
                    await CrashCheck.HoldsAsync(scenario, store, Cache, before, after);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"{name}, {fault} at call {call}: {e.Message}", e);
                }
            }
        }

        Assert.True(cases >= 4 * faults.Length, $"only {cases} calls");
    }

    private async Task RunAsync(CrashScenario scenario, FaultyStore store)
    {
        try
        {
            using var table = new CrashTable(store, Cache());
            await scenario.RunAsync(table);
        }
        catch (Exception e) when (e is IOException or LakehouseException)
        {
            Assert.True(store.HasFailed, e.ToString());
        }
    }

    private FileCache Cache() => new(_folder.At($"cache-{++_caches}"), 1 << 24);

    private static async Task<MemoryObjectStore> CopyAsync(MemoryObjectStore from)
    {
        var to = new MemoryObjectStore();
        foreach (var entry in await from.ListAsync(""))
        {
            await to.PutAsync(entry.Path, await from.ReadAsync(entry.Path));
        }

        return to;
    }
}
