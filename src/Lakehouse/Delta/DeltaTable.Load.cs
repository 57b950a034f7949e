using System.Globalization;
using System.Text.Json;

namespace Lakehouse.Delta;

/// <summary>Opening a table: from its newest usable checkpoint, else from version 0.</summary>
public sealed partial class DeltaTable
{
    /// <summary>Commits read at once, and held until they are applied in order.</summary>
    private const int Window = 64;

    private string LogFolder => Path.Length == 0 ? "_delta_log/" : $"{Path}/_delta_log/";

    /// <summary>
    /// The hint file <c>_last_checkpoint</c> saves the listing of a long log: commits after the checkpoint it names are asked for by their names. A hint may be
    /// stale, damaged or name a file that is gone: then everything is listed. A checkpoint that cannot be read is passed over for an older one, and at last for
    /// the commits, if they are all there.
    /// </summary>
    private async Task<DeltaSnapshot?> LoadAsync(long upTo, CancellationToken cancellationToken)
    {
        if (_checkpoints is not null && await HintAsync(cancellationToken).ConfigureAwait(false) is { } hint && hint.Version <= upTo
            && await FromCheckpointAsync(hint, cancellationToken).ConfigureAwait(false) is ({ } state, _))
        {
            return await ProbeForwardAsync(state, upTo, cancellationToken).ConfigureAwait(false);
        }

        var log = await ListLogAsync(null, upTo, cancellationToken).ConfigureAwait(false);
        return log.IsEmpty ? null : await FromBeginningAsync(log, upTo, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DeltaSnapshot> FromBeginningAsync(LogSegment log, long upTo, CancellationToken cancellationToken)
    {
        LakehouseException? damage = null;
        foreach (var checkpoint in log.Checkpoints)
        {
            var (state, reason) = await FromCheckpointAsync(checkpoint, cancellationToken).ConfigureAwait(false);
            if (state is not null)
            {
                return await RollForwardAsync(state, log, upTo, cancellationToken).ConfigureAwait(false);
            }

            damage ??= reason;
        }

        long? first = log.Commits.Count > 0 ? log.Commits[0].Version : null;
        return first == 0
            ? await RollForwardAsync(new SnapshotBuilder(Path, null), log, upTo, cancellationToken).ConfigureAwait(false)
            : throw damage ?? NoBeginning(first, log, upTo);
    }

    private Task<LogSegment> ListLogAsync(long? from, long upTo, CancellationToken cancellationToken)
    {
        var start = from is { } version ? string.Create(CultureInfo.InvariantCulture, $"{LogFolder}{version:D20}") : null;
        return LogSegment.OfAsync(_store.EnumerateAsync(LogFolder, start, cancellationToken), LogFolder, upTo, cancellationToken);
    }

    /// <summary>The checkpoint that <c>_last_checkpoint</c> names; null when there is none that can be named.</summary>
    private async Task<LogSegment.Checkpoint?> HintAsync(CancellationToken cancellationToken)
    {
        if (await _store.ReadAsync(LogFolder + "_last_checkpoint", cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var hint = JsonDocument.Parse(bytes);
            if (hint.RootElement.ValueKind != JsonValueKind.Object || !hint.RootElement.TryGetProperty("version", out var told) || !told.TryGetInt64(out var version) || version < 0)
            {
                return null;
            }

            var parts = hint.RootElement.TryGetProperty("parts", out var count) && count.TryGetInt32(out var number) && number > 0 ? number : (int?)null;
            string[] files = hint.RootElement.TryGetProperty("v2Checkpoint", out var v2) && v2.ValueKind == JsonValueKind.Object
                ? v2.TryGetProperty("path", out var path) && path.GetString() is { Length: > 0 } name ? [LogFolder + name[(name.LastIndexOf('/') + 1)..]] : []
                : parts is { } all ? [.. Enumerable.Range(1, all).Select(i => string.Create(CultureInfo.InvariantCulture, $"{LogFolder}{version:D20}.checkpoint.{i:D10}.{all:D10}.parquet"))]
                : [string.Create(CultureInfo.InvariantCulture, $"{LogFolder}{version:D20}.checkpoint.parquet")];
            return files is [var first, ..] && LogName.Checkpoint(first) is { } known && known.Version == version ? new LogSegment.Checkpoint(version, files, known.IsJson) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Only a hint: without it the whole log is listed.
            return null;
        }
    }

    /// <summary>
    /// Applies the commits after the state, asked for by their names, first a few at once, then many. The end is where two versions in a row are missing: one
    /// that is missing between two that are there is damage.
    /// </summary>
    private async Task<DeltaSnapshot> ProbeForwardAsync(SnapshotBuilder state, long upTo, CancellationToken cancellationToken)
    {
        const int First = 4;
        for (var window = First; state.Version < upTo; window = Window)
        {
            var begin = state.Version + 1;
            var count = (int)Math.Min(window, upTo - state.Version);
            var found = await Task.WhenAll(Enumerable.Range(0, count).Select(i => ReadStateOrNullAsync(begin + i, cancellationToken))).ConfigureAwait(false);
            for (var i = 0; i < count && found[i] is { } actions; i++)
            {
                state.Apply(begin + i, actions);
            }

            var missing = state.Version + 1;
            if (missing < begin + count)
            {
                var beyond = missing + 1 < begin + count ? Array.FindIndex(found, (int)(missing - begin), f => f is not null) is >= 0 and var at ? begin + at : (long?)null
                    : missing < upTo && await _store.ReadAsync(CommitPath(missing + 1), cancellationToken).ConfigureAwait(false) is not null ? missing + 1
                    : null;
                if (beyond is { } there)
                {
                    throw Gap(missing, CommitPath(there));
                }

                break;
            }
        }

        return upTo == long.MaxValue || state.Version == upTo ? state.Build() : throw NoVersion(upTo, state.Version);
    }

    /// <summary>The state of a checkpoint, or why it cannot be read.</summary>
    private async Task<(SnapshotBuilder? State, LakehouseException? Damage)> FromCheckpointAsync(LogSegment.Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (_checkpoints is null)
        {
            return (null, null);
        }

        try
        {
            var state = new SnapshotBuilder(Path, null);
            var sidecars = new List<SidecarAction>();
            await ReadCheckpointAsync(checkpoint, a => Apply(state, sidecars, a), cancellationToken).ConfigureAwait(false);
            if (sidecars.Count > 0)
            {
                var files = sidecars.Select(s => DeltaPath.Resolve(LogFolder + "_sidecars", s.Path)).ToArray();
                await _checkpoints.ReadAsync(files, state.ApplyCheckpointed, cancellationToken).ConfigureAwait(false);
            }

            state.CheckpointEnds(checkpoint.Version);
            return (state, null);
        }
        catch (LakehouseException e) when (e.Code == "delta.corrupt")
        {
            return (null, e);
        }
    }

    private static void Apply(SnapshotBuilder state, List<SidecarAction> sidecars, DeltaAction action)
    {
        if (action is SidecarAction sidecar)
        {
            sidecars.Add(sidecar);
        }
        else
        {
            state.ApplyCheckpointed(action);
        }
    }

    private async Task ReadCheckpointAsync(LogSegment.Checkpoint checkpoint, Action<DeltaAction> onAction, CancellationToken cancellationToken)
    {
        if (!checkpoint.IsJson)
        {
            await _checkpoints!.ReadAsync(checkpoint.Files, onAction, cancellationToken).ConfigureAwait(false);
            return;
        }

        var file = checkpoint.Files[0];
        var bytes = await _store.ReadAsync(file, cancellationToken).ConfigureAwait(false)
            ?? throw new LakehouseException("delta.corrupt", $"Checkpoint '{file}' is gone. Help: delete the other files of that checkpoint if the commits before it are still there.");
        DeltaJson.Read(file, bytes, withInfo: false, onAction);
    }

    /// <summary>Applies the commits after the state, several read at once. Every version must be there: a gap is damage.</summary>
    private async Task<DeltaSnapshot> RollForwardAsync(SnapshotBuilder state, LogSegment log, long upTo, CancellationToken cancellationToken)
    {
        var commits = log.Commits.SkipWhile(c => c.Version <= state.Version).ToArray();
        for (var i = 0; i < commits.Length; i++)
        {
            if (commits[i].Version != state.Version + 1 + i)
            {
                throw Gap(state.Version + 1 + i, commits[i].File.Path);
            }
        }

        foreach (var window in commits.Chunk(Window))
        {
            // No thread of its own for each: a store that answers at once is read on this one.
            var parsed = await Task.WhenAll(window.Select(c => ReadStateAsync(c.Version, cancellationToken))).ConfigureAwait(false);
            for (var i = 0; i < parsed.Length; i++)
            {
                state.Apply(window[i].Version, parsed[i]);
            }
        }

        return upTo == long.MaxValue || state.Version == upTo ? state.Build() : throw NoVersion(upTo, state.Version);
    }

    /// <summary>The actions of a commit that make the table's state.</summary>
    private async Task<IReadOnlyList<DeltaAction>> ReadStateAsync(long version, CancellationToken cancellationToken) =>
        await ReadStateOrNullAsync(version, cancellationToken).ConfigureAwait(false) ?? throw Gap(version, null);

    private async Task<IReadOnlyList<DeltaAction>?> ReadStateOrNullAsync(long version, CancellationToken cancellationToken)
    {
        var path = CommitPath(version);
        if (await _store.ReadAsync(path, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        var actions = new List<DeltaAction>();
        DeltaJson.Read(path, bytes, withInfo: false, actions.Add);
        return actions;
    }

    private LakehouseException NoVersion(long version, long? head) => new(
        "delta.version",
        $"Table '{Path}' has no version {version}: expected {(head is null ? "nothing, the table does not exist" : $"0 to {head}")}. Help: leave the version out for the newest.");

    private LakehouseException Gap(long missing, string? beyond) => new(
        "delta.corrupt",
        $"The log of table '{Path}' has {(beyond is null ? "" : $"'{beyond}' but ")}no version {missing}. Help: restore the missing file; rows after it cannot be trusted.");

    private LakehouseException NoBeginning(long? firstCommit, LogSegment log, long upTo)
    {
        var begins = firstCommit is { } version ? $"begins with version {version}" : $"has no commits, only the checkpoint '{log.Checkpoints[0].Files[0]}'";
        return upTo == long.MaxValue && log.Checkpoints.Count == 0
            ? new LakehouseException("delta.corrupt", $"The log of table '{Path}' {begins} and has no complete checkpoint: expected version 0. Help: restore the missing files.")
            : new LakehouseException(
                "delta.version",
                $"The log of table '{Path}' {begins}{(_checkpoints is null ? ", and no reader of checkpoints was given" : "")}: {(upTo == long.MaxValue ? "it" : $"version {upTo}")} cannot be rebuilt. Help: older versions go when the log is cleaned; read a newer one.");
    }
}
