using System.Reflection;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage;

namespace Temporal.DevServer.Simulation;

/// <summary>
/// The store as one server sees it: what the server writes waits until the simulation lets it become durable, and is lost when the server
/// crashes before. Behind it is the real store, which outlives the crash.
/// </summary>
internal class SimulatedStore : DispatchProxy
{
    private readonly List<(StoreCommit Commit, TaskCompletionSource Done)> _waiting = [];
    private IRunStore _inner = null!;
    private bool _crashed;

    internal static (IRunStore Store, SimulatedStore Control) Over(IRunStore inner)
    {
        var store = Create<IRunStore, SimulatedStore>();
        var control = (SimulatedStore)(object)store;
        control._inner = inner;
        return (store, control);
    }

    /// <summary>How many steps are not durable yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>From here on each step is durable at once.</summary>
    public bool PassThrough { get; set; }

    /// <summary>Makes the oldest steps durable and lets the server know.</summary>
    public async Task FlushAsync(int atMost)
    {
        var batch = _waiting.Take(atMost).ToList();
        _waiting.RemoveRange(0, batch.Count);
        foreach (var (commit, _) in batch)
        {
            await _inner.CommitAsync(commit);
        }

        foreach (var (_, done) in batch)
        {
            done.SetResult();
        }
    }

    /// <summary>The server is gone: what was not durable is lost, and nothing more arrives.</summary>
    public void Crash()
    {
        _crashed = true;
        foreach (var (_, done) in _waiting)
        {
            done.SetException(ServiceErrors.Unavailable("crashed"));
            _ = done.Task.Exception; // nobody need be there to see it
        }

        _waiting.Clear();
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name != nameof(IRunStore.CommitAsync) || (PassThrough && !_crashed))
        {
            return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        }

        if (_crashed)
        {
            throw ServiceErrors.Unavailable("crashed");
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(((StoreCommit)args![0]!, done));
        return done.Task;
    }
}
