using System.Runtime.CompilerServices;
using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>What one writer sees of the store: each call waits for its turn, and replies get lost, before the effect or after it.</summary>
public sealed class ScheduledStore(IObjectStore inner, Scheduler scheduler, Random random, int actor, double faults) : DelegatingObjectStore(inner)
{
    public override async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        Fault(faults / 10);
        return await base.ReadAsync(path, cancellationToken);
    }

    public override async Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        return await base.HeadAsync(path, cancellationToken);
    }

    public override async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        await base.PutAsync(path, content, cancellationToken);
    }

    public override async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        Fault(faults);
        var won = await base.PutIfAbsentAsync(path, content, cancellationToken);
        Fault(faults);

        // The effect is there, the reply is still on its way: others may come in between, and the writer may die here.
        await scheduler.TurnAsync(actor);
        return won;
    }

    public override async IAsyncEnumerable<ObjectSummary> EnumerateAsync(string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        await foreach (var summary in base.EnumerateAsync(prefix, startAfter, cancellationToken))
        {
            yield return summary;
        }
    }

    public override async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        await scheduler.TurnAsync(actor);
        await base.DeleteAsync(path, cancellationToken);
    }

    public override async Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        foreach (var path in paths)
        {
            await DeleteAsync(path, cancellationToken);
        }
    }

    private void Fault(double probability)
    {
        if (random.NextDouble() < probability)
        {
            throw new IOException("the reply was lost");
        }
    }
}
