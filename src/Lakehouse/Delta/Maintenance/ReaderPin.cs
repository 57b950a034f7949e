using System.Text.Json;

namespace Lakehouse.Delta.Maintenance;

/// <summary>
/// Holds a version's files for a reader: as long as the pin holds, no vacuum of ours takes one away. A reader that dies leaves it to run out. The pin is put
/// first, then it is asked whether a vacuum has begun that did not see it; the vacuum does both the other way round, so one of them sees the other.
/// </summary>
public sealed class ReaderPin : IAsyncDisposable
{
    private readonly DeltaTable _table;
    private readonly TimeSpan _length;
    private readonly string _path;

    private ReaderPin(DeltaTable table, DeltaSnapshot snapshot, TimeSpan length)
    {
        _table = table;
        _length = length;
        _path = TableMarks.PinPath(table.Path, Guid.NewGuid().ToString("N"));
        Snapshot = snapshot;
    }

    /// <summary>What is pinned.</summary>
    public DeltaSnapshot Snapshot { get; }

    /// <summary>Pins a version.</summary>
    /// <param name="table">The table.</param>
    /// <param name="version">The version; null for the newest.</param>
    /// <param name="length">How long the pin holds without <see cref="RenewAsync"/>. Default: an hour.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.vacuumed</c>: a vacuum may have taken files of the version away.</exception>
    public static async Task<ReaderPin> TakeAsync(DeltaTable table, long? version = null, TimeSpan? length = null, CancellationToken cancellationToken = default)
    {
        var snapshot = version is { } wanted
            ? await table.AtAsync(wanted, cancellationToken).ConfigureAwait(false)
            : (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
        var pin = new ReaderPin(table, snapshot, length ?? TimeSpan.FromHours(1));
        await pin.RenewAsync(cancellationToken).ConfigureAwait(false);
        if (await HorizonAsync(table, cancellationToken).ConfigureAwait(false) is { } horizon && snapshot.Version < horizon)
        {
            await pin.DisposeAsync().ConfigureAwait(false);
            throw new LakehouseException("delta.vacuumed", $"Version {snapshot.Version} of table '{table.Path}' cannot be pinned: a vacuum may have taken files of versions below {horizon} away. Help: read version {horizon} or a newer one.");
        }

        return pin;
    }

    /// <summary>Makes the pin hold for its length from now on.</summary>
    public Task RenewAsync(CancellationToken cancellationToken = default) =>
        _table.Store.PutAsync(_path, JsonSerializer.SerializeToUtf8Bytes(new TableMark(_table.Time.GetUtcNow() + _length, Snapshot.Version)), cancellationToken);

    /// <summary>Takes the pin away.</summary>
    public async ValueTask DisposeAsync() => await _table.Store.DeleteAsync(_path).ConfigureAwait(false);

    /// <summary>Version below which a vacuum may have taken files away; null when there was none.</summary>
    internal static async Task<long?> HorizonAsync(DeltaTable table, CancellationToken cancellationToken) =>
        await table.Store.ReadAsync(TableMarks.HorizonPath(table.Path), cancellationToken).ConfigureAwait(false) is { } bytes
            ? JsonSerializer.Deserialize<TableMark>(bytes)?.Version
            : null;
}
