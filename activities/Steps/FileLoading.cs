using System.Text.Json;
using Lakehouse;
using Lakehouse.Datasets;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// Landed files to rows of the engine, one after the other. What has taken long is staged between two files, so that a try which dies costs no more than that: the next one takes those rows back
/// and goes on with the files behind them.
/// </summary>
/// <param name="lake">Where files and staged rows lie.</param>
/// <param name="checkpointEvery">How much work may be lost.</param>
internal sealed class FileLoading(LakeRoot lake, TimeSpan checkpointEvery)
{
    public async Task<IReadOnlyList<LoadedFile>> RunAsync(DatasetAttempt attempt, RunPlan plan, IReadOnlyList<LandedFile> files, CancellationToken cancellationToken)
    {
        var done = await RestoreAsync(attempt, files, cancellationToken) ?? new Checkpoint([], []);
        var since = TimeProvider.System.GetTimestamp();
        foreach (var file in files.Skip(done.Files.Count))
        {
            Step.Enter(files.Count == 1 ? "load" : $"load {done.Files.Count + 1} of {files.Count}");
            FailPoint.Hit("load.file");
            var loaded = await attempt.LoadAsync(file.LandedPath, file.ArrivedAt, file.Input.Uri, file.Input.Sha256, cancellationToken);
            done.Files.Add(new LoadedFile(file.LandedPath, loaded.Records, loaded.Loaded, loaded.ValueHash));
            if (TimeProvider.System.GetElapsedTime(since) >= checkpointEvery)
            {
                done.Kept.Add(await attempt.CheckpointAsync(cancellationToken));
                var path = $"{LakeRoot.StagingOf(plan.RunId)}loaded-{Guid.NewGuid():N}.json";
                await lake.Store.PutAsync(path, JsonSerializer.SerializeToUtf8Bytes(done, PayloadFormat.Json), cancellationToken);
                Step.Loaded(path);
                since = TimeProvider.System.GetTimestamp();
            }
        }

        return done.Files;
    }

    /// <summary>What an earlier try has kept; null when there was none, or when it is not there whole.</summary>
    private async Task<Checkpoint?> RestoreAsync(DatasetAttempt attempt, IReadOnlyList<LandedFile> files, CancellationToken cancellationToken)
    {
        if ((await Step.BeforeAsync())?.Loaded is not { } path || await lake.Store.ReadAsync(path, cancellationToken) is not { } bytes)
        {
            return null;
        }

        var kept = JsonSerializer.Deserialize<Checkpoint>(bytes, PayloadFormat.Json)!;
        if (!kept.Files.Select(f => f.LandedPath).SequenceEqual(files.Take(kept.Files.Count).Select(f => f.LandedPath)) || !await attempt.TryRestoreAsync(kept.Kept, cancellationToken))
        {
            return null;
        }

        Step.Loaded(path);
        return kept;
    }

    private sealed record Checkpoint(List<LoadedFile> Files, List<LoadCheckpoint> Kept);
}

/// <summary>What loading a landed file gave.</summary>
/// <param name="LandedPath">The file.</param>
/// <param name="Records">Records in it.</param>
/// <param name="Rows">Those that became rows.</param>
/// <param name="ValueHash">Hash of what it says; null for a format that only the engine reads.</param>
internal sealed record LoadedFile(string LandedPath, long Records, long Rows, string? ValueHash);
