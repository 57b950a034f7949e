namespace Lakehouse.Simulation;

/// <summary>
/// Decides which of the waiting writers goes on: one at a time, on one thread, by a seed. A writer waits at each call of the store, so every interleaving
/// of those calls can come up, and the same seed gives the same one.
/// </summary>
public sealed class Scheduler(Random random)
{
    private readonly List<(int Actor, TaskCompletionSource Go)> _waiting = [];

    /// <summary>Steps so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Waits until it is this actor's turn.</summary>
    public Task TurnAsync(int actor)
    {
        // Without RunContinuationsAsynchronously: the actor runs inside of the call that lets it go, until it waits again.
        var go = new TaskCompletionSource();
        _waiting.Add((actor, go));
        return go.Task;
    }

    /// <summary>Lets one go on; false when nobody waits.</summary>
    public bool Step()
    {
        if (_waiting.Count == 0)
        {
            return false;
        }

        Steps++;
        var chosen = random.Next(_waiting.Count);
        var (_, go) = _waiting[chosen];
        _waiting.RemoveAt(chosen);
        go.SetResult();
        return true;
    }

    /// <summary>The actor's process dies: what it waits for never comes.</summary>
    public void Kill(int actor) => _waiting.RemoveAll(w => w.Actor == actor);
}
