using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Delta.Transactions;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta.Maintenance;

/// <summary>
/// Takes data files and deletion vectors away that no version needs that may still be read. Never one that the newest version names, that was removed since the retention began,
/// that a reader has pinned or a writer has staged; nor anything in a folder or file whose name begins with an underscore or a dot, the change data feed apart.
/// </summary>
public static partial class TableVacuum
{
    private static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(7);

    /// <summary>Deletes what has outlived the retention.</summary>
    /// <exception cref="LakehouseException"><c>delta.vacuum</c>: the retention is too short, or the log does not reach back far enough to know what may go.</exception>
    public static async Task<VacuumResult> VacuumAsync(this DeltaTable table, VacuumOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new VacuumOptions();
        var head = (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
        WriterRules.RefuseUnsupported(table.Path, head.Protocol, head.Metadata);
        var retention = RetentionOf(table, head, options);
        var before = table.Time.GetUtcNow() - retention;
        var listed = await ListAsync(table, cancellationToken).ConfigureAwait(false);
        var scan = await LogScan.SinceAsync(table, head.Version, before, cancellationToken).ConfigureAwait(false);
        if (!scan.IsComplete)
        {
            throw new LakehouseException("delta.vacuum", $"Table '{table.Path}' cannot be vacuumed: its log was cleaned up to a point after {before:O}, so it is not known which files were removed since. Help: vacuum with a shorter retention than the log's.");
        }

        var candidates = Without(listed.Where(o => o.ModifiedAt < before), [.. NamedFiles.Of(head, table.Path), .. scan.Recent], table);
        if (!options.DryRun && candidates.Count > 0)
        {
            await RaiseHorizonAsync(table, scan.LastBefore, cancellationToken).ConfigureAwait(false);
            FailPoint.Hit("vacuum.after-horizon");
        }

        var doomed = await SpareAsync(table, head, candidates, cancellationToken).ConfigureAwait(false);
        var result = new VacuumResult([.. doomed.Select(o => o.Path[(table.Path.Length + 1)..])], doomed.Sum(o => o.Bytes), candidates.Count - doomed.Count);
        if (options.DryRun)
        {
            return result;
        }

        await TellAsync(table, options, "VACUUM START", new() { ["retentionCheckEnabled"] = !options.AllowShortRetention, ["defaultRetentionMillis"] = (long)DefaultRetention.TotalMilliseconds, ["specifiedRetentionMillis"] = (long)retention.TotalMilliseconds }, new() { ["numFilesToDelete"] = result.Files.Count, ["sizeOfDataToDelete"] = result.Bytes }, cancellationToken).ConfigureAwait(false);
        FailPoint.Hit("vacuum.before-delete");
        await DeleteAsync(table, doomed, cancellationToken).ConfigureAwait(false);
        await TellAsync(table, options, "VACUUM END", new() { ["status"] = "COMPLETED" }, new() { ["numDeletedFiles"] = result.Files.Count }, cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// Deletes files of our own writers that no commit names and no lease holds: what a writer that died has left. Needs no retention, because the leases tell.
    /// </summary>
    public static async Task<VacuumResult> SweepOrphansAsync(this DeltaTable table, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        var head = (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
        var staged = (await ListAsync(table, cancellationToken).ConfigureAwait(false)).Where(o => LeaseOf(o.Path) is not null).ToArray();
        if (staged.Length == 0)
        {
            return new VacuumResult([], 0, 0);
        }

        var candidates = Without(staged, [.. NamedFiles.Of(head, table.Path)], table);
        var doomed = await SpareAsync(table, head, candidates, cancellationToken).ConfigureAwait(false);
        if (doomed.Count > 0)
        {
            // A file named by any commit was no orphan. Clocks of stores and writers differ, by less than an hour.
            var newest = (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
            var scan = await LogScan.SinceAsync(table, newest.Version, doomed.Min(o => o.ModifiedAt) - TimeSpan.FromHours(1), cancellationToken).ConfigureAwait(false);
            doomed = scan.IsComplete ? Without(doomed, scan.Named, table) : [];
        }

        if (!dryRun)
        {
            await DeleteAsync(table, doomed, cancellationToken).ConfigureAwait(false);
            await table.Store.SweepAsync(table.Time.GetUtcNow() - TimeSpan.FromDays(1), cancellationToken).ConfigureAwait(false);
        }

        return new VacuumResult([.. doomed.Select(o => o.Path[(table.Path.Length + 1)..])], doomed.Sum(o => o.Bytes), candidates.Count - doomed.Count);
    }

    /// <summary>Data files and deletion vectors in the table's folder, named or not.</summary>
    private static async Task<List<ObjectSummary>> ListAsync(DeltaTable table, CancellationToken cancellationToken)
    {
        var found = new List<ObjectSummary>();
        await foreach (var entry in table.Store.EnumerateAsync(table.Path + "/", null, cancellationToken).ConfigureAwait(false))
        {
            if (!IsHidden(entry.Path[(table.Path.Length + 1)..]))
            {
                found.Add(entry);
            }
        }

        return found;
    }

    private static bool IsHidden(string path)
    {
        var parts = path.Split('/');
        return parts.Skip(parts[0] == "_change_data" ? 1 : 0).Any(p => p.Length > 0 && p[0] is '_' or '.' && !p.Contains('=', StringComparison.Ordinal));
    }

    /// <summary>
    /// Of the candidates those that no lease and no pin holds and that no commit made meanwhile names. Leases are read before the newest version: a writer
    /// gives its lease back only after its commit, so what one of the two misses the other tells.
    /// </summary>
    private static async Task<List<ObjectSummary>> SpareAsync(DeltaTable table, DeltaSnapshot head, List<ObjectSummary> candidates, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return candidates;
        }

        var leases = await TableMarks.ReadAsync(table, "leases", cancellationToken).ConfigureAwait(false);
        var pins = await TableMarks.ReadAsync(table, "pins", cancellationToken).ConfigureAwait(false);
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var version in pins.Values.Where(p => p.Holds).Select(p => p.Mark.Version!.Value).Distinct())
        {
            held.UnionWith(NamedFiles.Of(await table.AtAsync(version, cancellationToken).ConfigureAwait(false), table.Path));
        }

        var newest = (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
        held.UnionWith(NamedFiles.Of(newest, table.Path));
        foreach (var commit in await table.CommitsAsync(head.Version, newest.Version, cancellationToken).ConfigureAwait(false))
        {
            held.UnionWith(commit.Actions.SelectMany(a => NamedFiles.Of(a, table.Path)));
        }

        return [.. Without(candidates, held, table).Where(o => LeaseOf(o.Path) is not { } lease || !leases.TryGetValue(lease, out var mark) || !mark.Holds)];
    }

    private static async Task DeleteAsync(DeltaTable table, IReadOnlyList<ObjectSummary> doomed, CancellationToken cancellationToken)
    {
        const int Batch = 1000;
        foreach (var batch in doomed.Select(o => o.Path).Chunk(Batch))
        {
            await table.Store.DeleteAsync(batch, cancellationToken).ConfigureAwait(false);
            FailPoint.Hit("vacuum.after-delete");
        }

        foreach (var folder in new[] { "leases", "pins" })
        {
            var marks = await TableMarks.ReadAsync(table, folder, cancellationToken).ConfigureAwait(false);
            string[] ended = [.. marks.Where(m => !m.Value.Holds).Select(m => folder == "pins" ? TableMarks.PinPath(table.Path, m.Key) : TableMarks.LeasePath(table.Path, m.Key))];
            await table.Store.DeleteAsync(ended, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task RaiseHorizonAsync(DeltaTable table, long version, CancellationToken cancellationToken)
    {
        if (version > 0 && (await ReaderPin.HorizonAsync(table, cancellationToken).ConfigureAwait(false) ?? 0) < version)
        {
            await table.Store.PutAsync(TableMarks.HorizonPath(table.Path), JsonSerializer.SerializeToUtf8Bytes(new TableMark(table.Time.GetUtcNow(), version)), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task TellAsync(DeltaTable table, VacuumOptions options, string operation, JsonObject parameters, Dictionary<string, long> metrics, CancellationToken cancellationToken)
    {
        if (options.WriteHistory)
        {
            await table.TransactAsync(
                (_, _) => Task.FromResult<CommitDescription?>(new CommitDescription { Operation = operation, Parameters = parameters, Metrics = metrics }), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan RetentionOf(DeltaTable table, DeltaSnapshot head, VacuumOptions options)
    {
        var own = head.Metadata.Configuration.TryGetValue("delta.deletedFileRetentionDuration", out var text) ? DeltaInterval.Parse(text) : DefaultRetention;
        var wanted = options.Retention ?? own;
        return wanted >= own || options.AllowShortRetention || options.DryRun
            ? wanted
            : throw new LakehouseException(
                "delta.vacuum",
                string.Create(CultureInfo.InvariantCulture, $"Table '{table.Path}' keeps removed files for {own.TotalHours:0.##} hours, the vacuum asks for {wanted.TotalHours:0.##}: readers and writers of other engines may still need them. Help: ask for the longer time, or allow the short one."));
    }

    private static List<ObjectSummary> Without(IEnumerable<ObjectSummary> objects, HashSet<string> names, DeltaTable table) =>
        [.. objects.Where(o => !NamedFiles.Holds(names, o.Path[(table.Path.Length + 1)..]))];

    private static string? LeaseOf(string path) => Staged().Match(path) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Names that our operations give: kind, number, lease, file.</summary>
    [GeneratedRegex(@"/(?:part|cdc)-\d{5,}-([0-9a-f]{32})-[0-9a-f]{32}\.[^/]*$")]
    private static partial Regex Staged();
}
