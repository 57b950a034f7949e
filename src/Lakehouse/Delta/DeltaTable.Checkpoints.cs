using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Delta.Files;
using Lakehouse.Delta.Maintenance;

namespace Lakehouse.Delta;

/// <summary>Checkpoints: the state of a version in one file, so that a reader need not replay all commits.</summary>
public sealed partial class DeltaTable
{
    /// <summary>Commits from one checkpoint to the next where the table does not say (<c>delta.checkpointInterval</c>).</summary>
    private const int CheckpointInterval = 100;

    private static readonly TimeSpan TombstonesKept = TimeSpan.FromDays(7);

    private Task _checkpointing = Task.CompletedTask;

    /// <summary>Ends when no checkpoint is being written by this table's commits; fails as the last one did, whose failure no commit was told of.</summary>
    public Task CheckpointsSettledAsync() => Volatile.Read(ref _checkpointing);

    /// <summary>Writes a checkpoint of the newest version, then points <c>_last_checkpoint</c> at it.</summary>
    /// <returns>The version; null when it has one already.</returns>
    /// <exception cref="LakehouseException"><c>delta.missing</c>: there is no table.</exception>
    /// <exception cref="InvalidOperationException">The table was named without a writer of checkpoints.</exception>
    public async Task<long?> WriteCheckpointAsync(CancellationToken cancellationToken = default)
    {
        var writer = _checkpointWriter ?? throw new InvalidOperationException($"Table '{Path}' was opened without a writer of checkpoints.");
        var head = await HeadAsync(cancellationToken).ConfigureAwait(false) ?? throw Missing();
        var log = await ListLogAsync(await HintAsync(cancellationToken).ConfigureAwait(false) is { } hint && hint.Version <= head.Version ? hint.Version : null, head.Version, cancellationToken).ConfigureAwait(false);
        if (log.Checkpoints.Any(c => c.Version == head.Version))
        {
            return null;
        }

        var removed = await TombstonesAsync(head, log, cancellationToken).ConfigureAwait(false);
        var path = string.Create(CultureInfo.InvariantCulture, $"{LogFolder}{head.Version:D20}.checkpoint.parquet");
        var others = new DeltaAction[] { head.Protocol, head.Metadata }
            .Concat(head.Transactions.Select(t => new TransactionAction(t.Key, t.Value.Version, null)))
            .Concat(head.DomainMetadata.Values)
            .Concat(removed)
            .ToArray();
        var bytes = await writer.WriteAsync(path, others.Concat(head.Files.Select(f => f with { DataChange = false })), cancellationToken).ConfigureAwait(false);
        FailPoint.Hit("checkpoint.before-hint");
        var told = new JsonObject { ["version"] = head.Version, ["size"] = others.Length + head.Files.Count, ["sizeInBytes"] = bytes, ["numOfAddFiles"] = head.Files.Count };
        if (await HintAsync(cancellationToken).ConfigureAwait(false) is not { } newest || newest.Version < head.Version)
        {
            await _store.PutAsync(LogFolder + "_last_checkpoint", System.Text.Encoding.UTF8.GetBytes(told.ToJsonString()), cancellationToken).ConfigureAwait(false);
        }

        return head.Version;
    }

    /// <summary>After a commit of this process: every so many versions a checkpoint is written beside the work that goes on; never two at once.</summary>
    private void CheckpointIfDue(long version)
    {
        if (_checkpointWriter is null || version == 0 || Volatile.Read(ref _head) is not { } known)
        {
            return;
        }

        var interval = int.TryParse(known.Metadata.Configuration.GetValueOrDefault("delta.checkpointInterval"), NumberStyles.None, CultureInfo.InvariantCulture, out var set) && set > 0 ? set : CheckpointInterval;
        if (version % interval == 0 && Volatile.Read(ref _checkpointing).IsCompleted)
        {
            Volatile.Write(ref _checkpointing, Task.Run(() => WriteCheckpointAsync(CancellationToken.None)));
        }
    }

    /// <summary>Files removed so lately that their rows may still be read: other engines' clean-up must see them.</summary>
    private async Task<IReadOnlyCollection<RemoveFile>> TombstonesAsync(DeltaSnapshot head, LogSegment log, CancellationToken cancellationToken)
    {
        var kept = head.Metadata.Configuration.GetValueOrDefault("delta.deletedFileRetentionDuration") is { } set ? DeltaInterval.Parse(set) : TombstonesKept;
        var cutoff = _time.GetUtcNow().Subtract(kept).ToUnixTimeMilliseconds();
        var removed = new Dictionary<string, RemoveFile>(StringComparer.Ordinal);
        var sidecars = new List<SidecarAction>();
        void Apply(DeltaAction action)
        {
            switch (action)
            {
                case RemoveFile remove when remove.DeletionTimestamp > cutoff:
                    removed[DeltaFiles.KeyOf(remove.Path, remove.DeletionVectorId)] = remove;
                    break;
                case AddFile add:
                    removed.Remove(DeltaFiles.KeyOf(add.Path, add.DeletionVectorId));
                    break;
                case SidecarAction sidecar:
                    sidecars.Add(sidecar);
                    break;
                default:
                    break;
            }
        }

        var last = -1L;
        if (_checkpoints is not null && log.Checkpoints is [var checkpoint, ..])
        {
            await (checkpoint.IsJson ? ReadCheckpointAsync(checkpoint, Apply, cancellationToken) : _checkpoints.ReadRemovedAsync(checkpoint.Files, Apply, cancellationToken)).ConfigureAwait(false);
            if (sidecars.Count > 0)
            {
                await _checkpoints.ReadRemovedAsync([.. sidecars.Select(s => DeltaPath.Resolve(LogFolder + "_sidecars", s.Path))], Apply, cancellationToken).ConfigureAwait(false);
            }

            last = checkpoint.Version;
        }

        foreach (var window in log.Commits.Where(c => c.Version > last).Chunk(Window))
        {
            foreach (var actions in await Task.WhenAll(window.Select(c => ReadStateAsync(c.Version, cancellationToken))).ConfigureAwait(false))
            {
                foreach (var action in actions)
                {
                    Apply(action);
                }
            }
        }

        return removed.Values;
    }
}
