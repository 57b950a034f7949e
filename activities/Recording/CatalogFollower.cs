using System.Text.Json;
using Lakehouse;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Windows;
using Orchestrator.Catalog;
using Orchestrator.Catalog.Entities;
using Orchestrator.Catalog.Local;
using Hold = Orchestrator.Activities.Contracts.Hold;
using LedgerEntry = Orchestrator.Activities.Contracts.LedgerEntry;
using Watermark = Orchestrator.Catalog.Entities.Watermark;

namespace Orchestrator.Activities.Recording;

/// <summary>
/// Keeps a catalog to what the lake says (docs/decisions/0008). The lake is the truth; whatever it holds may be told to the catalog in any order and more than once. So nothing is lost when Postgres is
/// away: entries wait in the lake until somebody tells them.
/// </summary>
/// <param name="lake">The lake.</param>
/// <param name="settings">Where the catalog is.</param>
public sealed class CatalogFollower(LakeRoot lake, CatalogSettings settings) : IAsyncDisposable
{
    /// <summary>Name under which the catalog keeps whose it is; it stands there once the catalog holds all that the lake does.</summary>
    private const string Whose = "lake";

    /// <summary>Name under which a run as a whole stands in the partition ledger, beside its datasets.</summary>
    public const string WholeRun = CatalogRows.WholeRun;

    private const int ReadsAtOnce = 16;

    /// <summary>Runs that are told in one transaction.</summary>
    private const int Batch = 200;

    private readonly SemaphoreSlim _turn = new(1);
    private LocalPostgres? _local;
    private CatalogDatabase? _database;

    /// <summary>Entries that the catalog refused, with why; empty when there are none. They stay in the lake.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; private set; } = new Dictionary<string, string>();

    /// <summary>The catalog, holding all that the lake does.</summary>
    /// <exception cref="CatalogException">It cannot be reached, or belongs to another lake.</exception>
    public async Task<CatalogDatabase> CurrentAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        return _database!;
    }

    /// <summary>Tells the catalog what waits. A catalog that is new, or was lost, is told everything.</summary>
    /// <returns>How many objects were told.</returns>
    /// <exception cref="CatalogException">It cannot be reached, or belongs to another lake.</exception>
    public Task<int> CatchUpAsync(CancellationToken cancellationToken) => WithAsync(
        async (database, id) =>
        {
            var told = 0;
            if (await database.Watermarks.FindAsync("", Whose, cancellationToken) is null)
            {
                told += await FillAsync(database, id, cancellationToken);
            }

            return told + await TellPendingAsync(database, cancellationToken);
        },
        cancellationToken);

    /// <summary>Makes the catalog anew from the lake.</summary>
    /// <returns>How many objects were told.</returns>
    /// <exception cref="CatalogException">It cannot be reached, or belongs to another lake.</exception>
    public Task<int> RebuildAsync(CancellationToken cancellationToken) => WithAsync(
        async (database, id) =>
        {
            await database.ClearAsync(cancellationToken);
            var told = await FillAsync(database, id, cancellationToken);
            return told + await TellPendingAsync(database, cancellationToken);
        },
        cancellationToken);

    /// <summary>Opens the catalog without telling it anything.</summary>
    /// <returns>The catalog, and whether it holds all that the lake did when it was filled.</returns>
    public Task<(CatalogDatabase Database, bool IsFilled)> OpenAsync(CancellationToken cancellationToken) =>
        WithAsync(async (database, _) => (database, await database.Watermarks.FindAsync("", Whose, cancellationToken) is not null), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        if (_local is not null)
        {
            await _local.DisposeAsync();
        }

        _turn.Dispose();
    }

    private async Task<T> WithAsync<T>(Func<CatalogDatabase, string, Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // First the lake's mark, then all reading: what is written meanwhile leaves an entry.
            var id = await lake.Outbox.AttachAsync(cancellationToken);
            var database = await DatabaseAsync(id, cancellationToken);
            return await work(database, id);
        }
        catch (CatalogException e) when (e.IsTransient)
        {
            await ForgetAsync();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<CatalogDatabase> DatabaseAsync(string id, CancellationToken cancellationToken)
    {
        if (_database is not null)
        {
            return _database;
        }

        if (settings.LocalFolder is { } folder && _local is null)
        {
            // A database for each lake: one folder serves several.
            _local = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = folder, Database = "lake_" + id }, cancellationToken);
        }

        var database = await CatalogDatabase.OpenAsync(_local?.ConnectionString ?? settings.ConnectionString!, cancellationToken: cancellationToken);
        if (await database.Watermarks.FindAsync("", Whose, cancellationToken) is { } mark && mark.Cursor != id)
        {
            await database.DisposeAsync();
            throw new CatalogException($"The catalog ({settings}) belongs to lake '{mark.Cursor}', this lake is '{id}'.\nHelp: give each lake a database of its own.");
        }

        return _database = database;
    }

    /// <summary>After a failure that may pass: the next call connects anew, and starts a local server that has died.</summary>
    private async Task ForgetAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
            _database = null;
        }

        if (_local is { IsRunning: false } or { IsOwner: false })
        {
            await _local.DisposeAsync();
            _local = null;
        }
    }

    private async Task<int> FillAsync(CatalogDatabase database, string id, CancellationToken cancellationToken)
    {
        var (paths, known) = await AllRunsAsync(cancellationToken);
        var told = await TellRunsAsync(database, paths, cancellationToken);
        foreach (var batch in (await new CommittedRuns(lake).FindAsync(known, cancellationToken)).Chunk(Batch))
        {
            await database.Runs.RestoreAsync([.. batch.Select(CatalogRows.Of)], cancellationToken);
            told += batch.Length;
        }

        foreach (var folder in new[] { HoldStore.Folder, AuditLog.Folder, WindowStore.Folder, StaleMarks.Folder })
        {
            foreach (var path in await ListAsync(folder, cancellationToken))
            {
                told += await TellAsync(database, path, cancellationToken) ? 1 : 0;
            }
        }

        await database.Watermarks.AdvanceAsync(new Watermark { Pipeline = "", Name = Whose, Cursor = id, UpdatedAt = DateTimeOffset.UnixEpoch }, cancellationToken);
        return told;
    }

    private async Task<int> TellPendingAsync(CatalogDatabase database, CancellationToken cancellationToken)
    {
        var (told, refused) = (0, new Dictionary<string, string>());
        foreach (var batch in (await lake.Outbox.PendingAsync(cancellationToken)).Chunk(Batch))
        {
            FailPoint.Hit("catalog.before-write");
            try
            {
                told += await TellRunsAsync(database, [.. batch.Where(IsRun)], cancellationToken);
                foreach (var path in batch.Where(p => !IsRun(p)))
                {
                    told += await TellAsync(database, path, cancellationToken) ? 1 : 0;
                }

                FailPoint.Hit("catalog.after-write");
                await lake.Outbox.DoneAsync(batch, cancellationToken);
            }
            catch (Exception e) when (e is CatalogException { IsTransient: false } or JsonException)
            {
                // One of them cannot be told: the others must not wait for it.
                told += await TellOneByOneAsync(database, batch, refused, cancellationToken);
            }
        }

        Refused = refused;
        return told;
    }

    private async Task<int> TellOneByOneAsync(CatalogDatabase database, IEnumerable<string> paths, Dictionary<string, string> refused, CancellationToken cancellationToken)
    {
        var told = 0;
        foreach (var path in paths)
        {
            try
            {
                told += IsRun(path) ? await TellRunsAsync(database, [path], cancellationToken) : await TellAsync(database, path, cancellationToken) ? 1 : 0;
                await lake.Outbox.DoneAsync([path], cancellationToken);
            }
            catch (Exception e) when (e is CatalogException { IsTransient: false } or JsonException)
            {
                refused[path] = e.Message;
            }
        }

        return told;
    }

    /// <summary>Tells runs, the first of every partition first: no transaction has two of one partition.</summary>
    private async Task<int> TellRunsAsync(CatalogDatabase database, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var told = 0;
        foreach (var round in paths.GroupBy(p => RunStore.NumberOf(p) ?? 0).OrderBy(g => g.Key))
        {
            foreach (var batch in round.Chunk(Batch))
            {
                var runs = new RecordedRun?[batch.Length];
                await Parallel.ForAsync(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken }, async (i, token) => runs[i] = await ReadAsync(batch[i], token));
                var rows = runs.OfType<RecordedRun>().Select(CatalogRows.Of).ToArray();
                await database.Runs.RestoreAsync(rows, cancellationToken);
                told += rows.Length;
            }
        }

        return told;
    }

    private async Task<RecordedRun?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!path.StartsWith(LakeRoot.Ledger, StringComparison.Ordinal))
        {
            return await lake.Runs.ReadAsync(path, cancellationToken);
        }

        // Of runs before there were records only the ledger is left.
        return await lake.Store.ReadAsync(path, cancellationToken) is { } bytes ? new RecordedRun { Entry = JsonSerializer.Deserialize<LedgerEntry>(bytes, PayloadFormat.Json)!, Number = 0 } : null;
    }

    /// <summary>Every recorded run, and the ledger's entry of each partition that has none; and the partitions that they are about.</summary>
    private async Task<(IReadOnlyList<string> Paths, IReadOnlySet<string> Partitions)> AllRunsAsync(CancellationToken cancellationToken)
    {
        var paths = new List<string>(await ListAsync(RunStore.Folder, cancellationToken));
        var known = paths.Select(p => p[RunStore.Folder.Length..p.LastIndexOf('/')]).ToHashSet(StringComparer.Ordinal);
        foreach (var path in await ListAsync(LakeRoot.Ledger, cancellationToken))
        {
            if (path.EndsWith(".json", StringComparison.Ordinal) && known.Add(path[LakeRoot.Ledger.Length..^".json".Length]))
            {
                paths.Add(path);
            }
        }

        return (paths, known);
    }

    /// <summary>Tells a hold, deeds, a window or a mark; false when the object is gone, as a hold is that was decided meanwhile.</summary>
    private async Task<bool> TellAsync(CatalogDatabase database, string path, CancellationToken cancellationToken)
    {
        if (path.StartsWith(AuditLog.Folder, StringComparison.Ordinal))
        {
            await database.Audit.AddAsync([.. (await lake.Audit.ReadAsync(path, cancellationToken)).Select(CatalogRows.Of)], cancellationToken);
            return true;
        }

        if (path.StartsWith(WindowStore.Folder, StringComparison.Ordinal))
        {
            return await lake.Store.ReadAsync(path, cancellationToken) is { } window
                && await TellAsync(database, JsonSerializer.Deserialize<WindowState>(window, PayloadFormat.Json)!, cancellationToken);
        }

        if (path.StartsWith(StaleMarks.Folder, StringComparison.Ordinal))
        {
            if (await lake.Stale.ReadAsync(path, cancellationToken) is { } mark)
            {
                return await TellAsync(database, mark, cancellationToken);
            }

            // One that is gone is about rows that have been made again, by a run of their partition or by another's.
            var (pipeline, partition, runId) = StaleMarks.Of(path);
            return await lake.Stale.FindAsync(pipeline, partition, runId, cancellationToken) is null && await database.Ledger.ClearStaleAsync(pipeline, partition, runId, cancellationToken) > 0;
        }

        // Waivers of the lake stand with the decisions that made them.
        if (HoldStore.IsHold(path) && await lake.Store.ReadAsync(path, cancellationToken) is { } bytes)
        {
            var (hold, decision, waivers) = CatalogRows.Of(JsonSerializer.Deserialize<Hold>(bytes, PayloadFormat.Json)!);
            await database.Holds.RestoreAsync(hold, decision, waivers, cancellationToken);
            return true;
        }

        return false;
    }

    private static async Task<bool> TellAsync(CatalogDatabase database, StaleMark mark, CancellationToken cancellationToken)
    {
        await database.Ledger.MarkStaleAsync(mark.Pipeline, mark.Partition, mark.RunId, cancellationToken);
        return true;
    }

    private static async Task<bool> TellAsync(CatalogDatabase database, WindowState window, CancellationToken cancellationToken)
    {
        if (CatalogRows.WatermarkOf(window) is { } watermark)
        {
            await database.Watermarks.RestoreAsync(watermark, cancellationToken);
        }

        if (window.SealedAt is { } at)
        {
            await database.Ledger.SealAsync(window.Pipeline, window.Partition, at, cancellationToken);
        }

        return true;
    }

    private async Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        await foreach (var entry in lake.Store.EnumerateAsync(folder, null, cancellationToken))
        {
            paths.Add(entry.Path);
        }

        return paths;
    }

    private static bool IsRun(string path) => path.StartsWith(RunStore.Folder, StringComparison.Ordinal);
}
