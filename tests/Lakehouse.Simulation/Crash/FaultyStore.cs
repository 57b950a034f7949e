using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation.Crash;

/// <summary>What happens at the chosen call of a store.</summary>
public enum Fault
{
    /// <summary>The call fails and has no effect; later ones work.</summary>
    Error,

    /// <summary>The call has its effect, but its reply is lost.</summary>
    LostReply,

    /// <summary>The process dies before the call: it and all later ones fail.</summary>
    Death,
}

/// <summary>A store that fails at one of its calls, counted from 1. Deleting many objects is a call for each.</summary>
public sealed class FaultyStore(IObjectStore inner, int at, Fault fault) : DelegatingObjectStore(inner)
{
    private int _calls;

    /// <summary>Whether the call came.</summary>
    public bool HasFailed { get; private set; }

    public override Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default) => CallAsync(() => base.ReadAsync(path, cancellationToken));

    public override Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default) => CallAsync(() => base.HeadAsync(path, cancellationToken));

    public override Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        CallAsync(async () =>
        {
            await base.PutAsync(path, content, cancellationToken);
            return true;
        });

    public override Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        CallAsync(() => base.PutIfAbsentAsync(path, content, cancellationToken));

    public override Task<string> UploadAsync(string path, string file, CancellationToken cancellationToken = default) => CallAsync(() => base.UploadAsync(path, file, cancellationToken));

    public override Task<ObjectSummary?> DownloadAsync(string path, string file, CancellationToken cancellationToken = default) => CallAsync(() => base.DownloadAsync(path, file, cancellationToken));

    public override Task DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        CallAsync(async () =>
        {
            await base.DeleteAsync(path, cancellationToken);
            return true;
        });

    public override async Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        foreach (var path in paths)
        {
            await DeleteAsync(path, cancellationToken);
        }
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        var number = Interlocked.Increment(ref _calls);
        if (number == at)
        {
            // Written once: calls that go on beside it must not take it back.
            HasFailed = true;
        }

        if (number == at ? fault is Fault.Error or Fault.Death : number > at && fault == Fault.Death)
        {
            throw new IOException($"call {number} of the store failed");
        }

        var result = await call();
        return number == at ? throw new IOException($"the reply to call {number} of the store was lost") : result;
    }
}
