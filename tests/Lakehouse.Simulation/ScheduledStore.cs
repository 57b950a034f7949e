using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>What one writer sees of the store: each call waits for its turn, and replies get lost, before the effect or after it.</summary>
public sealed class ScheduledStore(IObjectStore inner, Scheduler scheduler, Random random, int actor, double faults) : IObjectStore
{
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        Fault(faults / 10);
        return await inner.ReadAsync(path, cancellationToken);
    }

    public async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        await inner.PutAsync(path, content, cancellationToken);
    }

    public async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        Fault(faults);
        var won = await inner.PutIfAbsentAsync(path, content, cancellationToken);
        Fault(faults);

        // The effect is there, the reply is still on its way: others may come in between, and the writer may die here.
        await scheduler.TurnAsync(actor);
        return won;
    }

    public async Task<IReadOnlyList<ObjectSummary>> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        return await inner.ListAsync(prefix, startAfter, cancellationToken);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        await inner.DeleteAsync(path, cancellationToken);
    }

    private void Fault(double probability)
    {
        if (random.NextDouble() < probability)
        {
            throw new IOException("the reply was lost");
        }
    }
}
