using System.Text.Json;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta.Maintenance;

/// <summary>
/// Tells others that a writer has files under a table which no commit names yet: as long as the lease holds, nobody sweeps files that carry its id in their
/// name. It is put before the first such file and taken back after the last commit; a writer that dies leaves it to run out.
/// </summary>
public sealed class StagingLease : IAsyncDisposable
{
    /// <summary>How long before its end a writer no longer trusts its lease: clocks differ, and a commit takes time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private readonly DeltaTable _table;
    private readonly TimeSpan _length;
    private DateTimeOffset _until;
    private Task _begun = Task.CompletedTask;

    private StagingLease(DeltaTable table, string id, TimeSpan length)
    {
        _table = table;
        _length = length;
        Id = id;
    }

    /// <summary>Goes into the names of files: 32 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Takes a lease.</summary>
    /// <param name="table">The table.</param>
    /// <param name="length">How long it holds without <see cref="KeepAsync"/>. Default: an hour; at least five minutes.</param>
    /// <param name="id">Its id, 32 hexadecimal digits that no other lease has. Default: a random one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<StagingLease> TakeAsync(DeltaTable table, TimeSpan? length = null, string? id = null, CancellationToken cancellationToken = default)
    {
        var lease = new StagingLease(table, id ?? Guid.NewGuid().ToString("N"), length ?? TimeSpan.FromHours(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(lease._length, TimeSpan.FromMinutes(5), nameof(length));
        await lease.PutAsync(cancellationToken).ConfigureAwait(false);
        return lease;
    }

    /// <summary>Begins to take a lease of the default length, which holds once <see cref="KeepAsync"/> has been called.</summary>
    internal static StagingLease Begin(DeltaTable table, CancellationToken cancellationToken)
    {
        var lease = new StagingLease(table, Guid.NewGuid().ToString("N"), TimeSpan.FromHours(1));
        lease._begun = Task.Run(() => lease.PutAsync(cancellationToken), cancellationToken);
        return lease;
    }

    /// <summary>Makes sure that the lease holds for a while yet; called before files are written and before they are committed.</summary>
    /// <exception cref="LakehouseException"><c>delta.lease</c>: it has run out, and the files may be gone.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken = default)
    {
        await _begun.ConfigureAwait(false);
        var now = _table.Time.GetUtcNow();
        if (now > _until - Margin)
        {
            throw new LakehouseException("delta.lease", $"Table '{_table.Path}': the lease '{Id}' on staged files ran out at {_until:O}; they may have been swept. Help: do the work again.", isTransient: true);
        }

        if (now > _until - (_length / 2))
        {
            await PutAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        // Whoever has staged something has heard of a failure by KeepAsync.
        await _begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _table.Store.DeleteAsync(TableMarks.LeasePath(_table.Path, Id)).ConfigureAwait(false);
    }

    private async Task PutAsync(CancellationToken cancellationToken)
    {
        var until = _table.Time.GetUtcNow() + _length;
        await _table.Store.PutAsync(TableMarks.LeasePath(_table.Path, Id), JsonSerializer.SerializeToUtf8Bytes(new TableMark(until, null)), cancellationToken).ConfigureAwait(false);
        _until = until;
    }
}
