using Lakehouse;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Steps;

/// <summary>Writes the ledger entry and takes away what the run has staged but not published.</summary>
internal sealed class RecordStep(LakeRoot lake)
{
    public async Task RunAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        FailPoint.Hit("record.before-put");
        // First away with what nobody will read: on a full disk that makes the room the entry needs.
        await SweepAsync(entry.RunId, cancellationToken);
        var staging = lake.Store.LocalPath(LakeRoot.StagingOf(entry.RunId).TrimEnd('/'));
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        if (entry.Result.Status != RunStatus.Skipped)
        {
            await lake.WriteLedgerAsync(entry, cancellationToken);
        }
    }

    /// <summary>Files of this run that were given their name in a table but that no commit names: an attempt died in between, or was refused.</summary>
    private async Task SweepAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var dataset in lake.Tables.Datasets())
        {
            var table = lake.Tables.Table(dataset);
            var head = (await table.HeadAsync(cancellationToken))!;
            var named = head.Files.Values.Select(f => f.DecodedPath).ToHashSet(StringComparer.Ordinal);
            var folder = lake.Store.LocalPath(table.Path);
            foreach (var file in Directory.EnumerateFiles(folder, PublishStep.FilePrefix(runId) + "*", SearchOption.AllDirectories))
            {
                if (!named.Contains(Path.GetRelativePath(folder, file).Replace('\\', '/')))
                {
                    File.Delete(file);
                }
            }
        }
    }
}
