using System.Text;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta;

/// <summary>Opening a table: from its newest usable checkpoint, else from version 0.</summary>
public sealed partial class DeltaTable
{
    /// <summary>
    /// The listing decides, not the hint file <c>_last_checkpoint</c>: a hint may be stale, damaged or name a file that is gone. A checkpoint that cannot be read
    /// is passed over for an older one, and at last for the commits themselves, if they are all there.
    /// </summary>
    private async Task<DeltaSnapshot?> LoadAsync(long upTo, CancellationToken cancellationToken)
    {
        var log = await _store.ListAsync($"{Path}/_delta_log/", null, cancellationToken).ConfigureAwait(false);
        var firstCommit = log.Select(o => LogName.CommitVersion(o.Path)).FirstOrDefault(v => v is not null);
        var checkpoints = CompleteCheckpoints(log.Select(o => o.Path), upTo);
        if (firstCommit is null && checkpoints.Count == 0)
        {
            return null;
        }

        LakehouseException? damage = null;
        foreach (var (version, parts) in _checkpoints is null ? [] : checkpoints)
        {
            try
            {
                var state = new Replay(null);
                state.Apply(version, await ReadCheckpointAsync(parts, cancellationToken).ConfigureAwait(false));
                await RollForwardAsync(state, upTo, cancellationToken).ConfigureAwait(false);
                await RefuseGapAsync(state.Version, upTo, cancellationToken).ConfigureAwait(false);
                return state.Freeze(this);
            }
            catch (LakehouseException e) when (e.Code == "delta.corrupt" && IsOf(parts, e))
            {
                damage ??= e;
            }
        }

        if (firstCommit != 0)
        {
            throw damage ?? NoBeginning(firstCommit, checkpoints, upTo);
        }

        var whole = new Replay(null);
        await RollForwardAsync(whole, upTo, cancellationToken).ConfigureAwait(false);
        await RefuseGapAsync(whole.Version, upTo, cancellationToken).ConfigureAwait(false);
        return whole.Freeze(this);
    }

    /// <summary>Newest first; a checkpoint in parts counts only when all of them are there.</summary>
    private static List<(long Version, IReadOnlyList<string> Parts)> CompleteCheckpoints(IEnumerable<string> paths, long upTo) =>
    [
        .. paths.Select(p => (Path: p, Name: LogName.Checkpoint(p)))
            .Where(p => p.Name is { } name && name.Version <= upTo)
            .GroupBy(p => (p.Name!.Value.Version, p.Name.Value.Parts))
            .Where(g => g.Count() == g.Key.Parts)
            .OrderByDescending(g => g.Key.Version)
            .Select(g => (g.Key.Version, (IReadOnlyList<string>)[.. g.OrderBy(p => p.Name!.Value.Part).Select(p => p.Path)])),
    ];

    private async Task<IReadOnlyList<DeltaAction>> ReadCheckpointAsync(IReadOnlyList<string> parts, CancellationToken cancellationToken)
    {
        var lines = await _checkpoints!.ReadAsync(parts, cancellationToken).ConfigureAwait(false);
        var actions = new List<DeltaAction>(lines.Count);
        foreach (var line in lines)
        {
            actions.AddRange(DeltaJson.Read(parts[0], Encoding.UTF8.GetBytes(line)));
        }

        return actions;
    }

    /// <summary>A damaged commit after the checkpoint is no reason to try an older one: it would be read again.</summary>
    private static bool IsOf(IReadOnlyList<string> parts, LakehouseException e) => parts.Any(p => e.Message.Contains($"'{p}'", StringComparison.Ordinal));

    private LakehouseException NoBeginning(long? firstCommit, List<(long Version, IReadOnlyList<string> Parts)> checkpoints, long upTo)
    {
        var begins = firstCommit is { } version ? $"begins with version {version}" : $"has no commits, only the checkpoint '{checkpoints[0].Parts[0]}'";
        return upTo == long.MaxValue && checkpoints.Count == 0
            ? new LakehouseException("delta.corrupt", $"The log of table '{Path}' {begins} and has no complete checkpoint: expected version 0. Help: restore the missing files.")
            : new LakehouseException(
                "delta.version",
                $"The log of table '{Path}' {begins}{(_checkpoints is null ? ", and no reader of checkpoints was given" : "")}: {(upTo == long.MaxValue ? "it" : $"version {upTo}")} cannot be rebuilt. Help: older versions go when the log is cleaned; read a newer one.");
    }
}
