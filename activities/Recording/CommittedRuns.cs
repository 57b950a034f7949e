using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Recording;

/// <summary>
/// Runs as the tables' logs tell of them, for partitions of which neither a record nor a ledger entry is left: that they published, which version, from what, how many rows. What was kept aside, checked and
/// how long it took is not in a log.
/// </summary>
/// <param name="lake">The lake.</param>
internal sealed class CommittedRuns(LakeRoot lake)
{
    /// <summary>The last run that published of each partition that is not known, with epoch 0.</summary>
    /// <param name="known">Partitions that something else tells of, as <c>pipeline/partition</c> with the partition escaped.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<RecordedRun>> FindAsync(IReadOnlySet<string> known, CancellationToken cancellationToken)
    {
        var runs = new Dictionary<string, SortedDictionary<string, (DeltaCommit Commit, long At)>>(StringComparer.Ordinal);
        foreach (var dataset in (await lake.Tables.DatasetsAsync(cancellationToken)).Where(d => !d.StartsWith(Lake.Quarantines, StringComparison.Ordinal)))
        {
            var table = lake.Tables.Table(dataset);
            if (await table.HeadAsync(cancellationToken) is not { } head || head.Transactions.Keys.All(app => known.Contains(PartitionOf(app, dataset))))
            {
                continue;
            }

            foreach (var commit in await table.CommitsAsync(-1, head.Version, cancellationToken))
            {
                if (Text(commit, "workflowId") is { } id && id.StartsWith("run/", StringComparison.Ordinal) && Text(commit, "runId") is not null && !known.Contains(Escaped(id["run/".Length..])))
                {
                    if (!runs.TryGetValue(id, out var tables))
                    {
                        runs[id] = tables = new(StringComparer.Ordinal);
                    }

                    tables[dataset] = (commit, commit.Info?["timestamp"]?.GetValue<long>() ?? 0);
                }
            }
        }

        return [.. runs.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => Of(r.Key["run/".Length..], r.Value))];
    }

    private static RecordedRun Of(string name, SortedDictionary<string, (DeltaCommit Commit, long At)> tables)
    {
        var (pipeline, partition) = (name[..name.IndexOf('/', StringComparison.Ordinal)], name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        var last = tables.Values.MaxBy(t => t.At);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(last.At);
        return new RecordedRun
        {
            Number = 0,
            Entry = new LedgerEntry
            {
                Result = new RunResult
                {
                    Request = new RunRequest(pipeline, partition),
                    Status = RunStatus.Published,
                    Datasets =
                    [
                        .. tables.Select(t => new DatasetResult(
                            t.Key,
                            t.Value.Commit.Version,
                            [partition],
                            new RowCounts { Read = RowsOf(t.Value.Commit), Published = RowsOf(t.Value.Commit), Quarantined = 0, Dropped = new Dictionary<string, long>() },
                            [])),
                    ],
                },
                RunId = Text(last.Commit, "runId")!,
                InputFingerprint = Text(last.Commit, "inputFingerprint") ?? "",
                CodeFingerprint = Text(last.Commit, "codeFingerprint") ?? "",
                StartedAt = at,
                EndedAt = at,
            },
            Datasets =
            [
                .. tables.Select(t => new RecordedDataset(
                    t.Key,
                    null,
                    null,
                    t.Value.Commit.Actions.OfType<AddFile>().Sum(a => a.Size),
                    [.. (t.Value.Commit.Info?["reads"] as JsonObject ?? []).Select(r => new RecordedRead(r.Key, r.Value?.ToString()))],
                    [])),
            ],
        };
    }

    private static long RowsOf(DeltaCommit commit) => commit.Actions.OfType<AddFile>().Sum(LoggedStatistics.RowsOf) ?? 0;

    private static string? Text(DeltaCommit commit, string name) => commit.Info?[name]?.GetValue<string>();

    /// <summary>The partition that an application id is about: <c>pipeline/dataset/partition</c>.</summary>
    private static string PartitionOf(string app, string dataset)
    {
        var middle = app.IndexOf($"/{dataset}/", StringComparison.Ordinal);
        return middle < 0 ? app : Escaped($"{app[..middle]}/{app[(middle + dataset.Length + 2)..]}");
    }

    private static string Escaped(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? name : $"{name[..slash]}/{Uri.EscapeDataString(name[(slash + 1)..])}";
    }
}
