using Lakehouse.ObjectStores;
using Lakehouse.Simulation.Crash;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>Where a lake of the crash suite lies, as a child process and as the test see it.</summary>
/// <param name="Location">For the child; see <see cref="LakeLocation"/>.</param>
/// <param name="Store">The same bytes for the test.</param>
/// <param name="Cache">Makes a cache for a store that is no folder.</param>
internal sealed record CrashPlace(string Location, IObjectStore Store, Func<FileCache?> Cache) : IAsyncDisposable
{
    public CrashTable Table() => new(Store, Cache());

    public ValueTask DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
