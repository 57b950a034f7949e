using System.Diagnostics;
using System.Security.Cryptography;
using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Benchmarks.Lake;

/// <summary>
/// The days through the library's own way of a dataset's rows, a dataset after the other, twice as many days at once as there are cores: raw bytes landed, loaded, checked by contract, staged, committed; read pinned, transformed,
/// checked, staged, committed. No workflow around it.
/// </summary>
internal sealed class FacadeMedallion : IDisposable
{
    private const string Staging = "_staging/bench/";

    private readonly PipelineSpec _spec;
    private readonly global::Lakehouse.Lake _lake;
    private readonly DuckDbPool _engines = new();
    private readonly StagedPublish _publish;
    private readonly Dictionary<string, double> _steps = new(StringComparer.Ordinal);

    public FacadeMedallion(PipelineSpec spec, string folder)
    {
        _spec = spec;
        _lake = new global::Lakehouse.Lake(folder);
        _publish = new StagedPublish(_lake, TimeProvider.System, _engines, Options("publish", 0));
    }

    public IReadOnlyDictionary<string, double> StepSeconds => _steps;

    public async Task RunAsync(IReadOnlyList<(PartitionKey Day, string File)> days, CancellationToken cancellationToken)
    {
        foreach (var dataset in _spec.Datasets)
        {
            var started = Stopwatch.GetTimestamp();

            // Attempts at small inputs have one thread each, so that several of them fill the machine, also while others wait for the disk.
            var atOnce = 2 * Environment.ProcessorCount;
            await (dataset.RowMerge.IsByKey ? InOrderAsync(dataset, days, atOnce, cancellationToken) : Parallel.ForEachAsync(
                days,
                new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
                async (day, stop) => await PublishAsync(await StageAsync(dataset, day, stop), dataset, day.Day, stop)));
            _steps[dataset.Name] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        await _lake.Store.DeleteFolderAsync(Staging, cancellationToken);
    }

    public void Dispose() => _engines.Dispose();

    /// <summary>Days that are merged by key: staged several at once, published in their order.</summary>
    private async Task InOrderAsync(Dataset dataset, IReadOnlyList<(PartitionKey Day, string File)> days, int ahead, CancellationToken cancellationToken)
    {
        var staged = new Queue<Task<StagedRows>>();
        for (var (next, published) = (0, 0); published < days.Count; published++)
        {
            for (; next < Math.Min(days.Count, published + ahead); next++)
            {
                var day = days[next];
                staged.Enqueue(Task.Run(() => StageAsync(dataset, day, cancellationToken), cancellationToken));
            }

            await PublishAsync(await staged.Dequeue(), dataset, days[published].Day, cancellationToken);
        }
    }

    private Task<StagedRows> StageAsync(Dataset dataset, (PartitionKey Day, string File) day, CancellationToken cancellationToken) =>
        dataset.Source is null ? TransformAsync(dataset, day.Day, cancellationToken) : LoadAsync(dataset, day.Day, day.File, cancellationToken);

    private async Task<StagedRows> LoadAsync(Dataset dataset, PartitionKey day, string file, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await _lake.Store.PutIfAbsentAsync($"_landing/{hash}", bytes, cancellationToken);
        using var attempt = Open(dataset, day, bytes.Length);
        await attempt.LoadAsync($"_landing/{hash}", DateTimeOffset.UnixEpoch, file, hash, cancellationToken);
        return await attempt.StageAsync(cancellationToken);
    }

    private async Task<StagedRows> TransformAsync(Dataset dataset, PartitionKey day, CancellationToken cancellationToken)
    {
        var inputs = new List<(PinnedRelation Relation, long Bytes)>();
        foreach (var (name, lookback) in dataset.Reads)
        {
            var table = _lake.Table(name);
            var head = (await table.HeadAsync(cancellationToken))!;
            var wanted = Enumerable.Range(0, lookback + 1).Select(i => _spec.Partitioning.Calendar.Add(day, -i).Value).ToHashSet();
            AddFile[] files = [.. head.Files.Values.Where(f => wanted.Contains(head.PartitionOf(f)!))];
            inputs.Add((PinnedRelation.Of(name, head, table.Path, files), files.Sum(f => f.Size)));
        }

        using var attempt = Open(dataset, day, inputs.Sum(i => i.Bytes));
        foreach (var (relation, _) in inputs)
        {
            await attempt.ReadAsync(relation, cancellationToken);
        }

        var values = ModelParameters.For(_spec.Partitioning, day);
        attempt.Transform(dataset.Model!.Sql, SqlParser.Parse(dataset.Model.Sql).Parameters.ToDictionary(p => p, p => (object?)values[p]), cancellationToken);
        return await attempt.StageAsync(cancellationToken);
    }

    private DatasetAttempt Open(Dataset dataset, PartitionKey day, long bytes) => DatasetAttempt.Open(
        _lake,
        _engines,
        new DatasetTarget
        {
            Dataset = dataset.Name,
            Contract = dataset.Schema,
            PartitionColumn = dataset.PartitionColumn,
            Partitions = [day.Value],
            Key = dataset.Key,
            KeepFirstBy = dataset.Deduplicate?.OrderBy,
            Merge = dataset.RowMerge,
            IsRaw = dataset.Layer == DatasetLayer.Bronze,
        },
        Options(day.Value, bytes));

    private AttemptOptions Options(string run, long bytes) => new()
    {
        RunId = run,
        PlannedAt = DateTimeOffset.UnixEpoch,
        StagingFolder = Staging,
        Limits = new DuckDbOptions { MemoryLimitBytes = _spec.Limits.MemoryBytes },
        InputBytes = bytes,
        Folders = ["_staging", .. _spec.Datasets.Select(d => global::Lakehouse.Lake.PathOf(d.Name))],
    };

    private async Task PublishAsync(StagedRows staged, Dataset dataset, PartitionKey day, CancellationToken cancellationToken)
    {
        if (staged.Broken.Count > 0 || staged.Refusal is not null)
        {
            throw new InvalidOperationException($"'{dataset.Name}' of {day} breaks its contract: {string.Join("; ", staged.Broken)} {staged.Refusal}");
        }

        await _publish.RunAsync(
            await StagedManifest.ReadAsync(_lake.Store, staged.ManifestPath, cancellationToken),
            new PublishMark { RunId = day.Value, AppId = $"bench/{dataset.Name}/{day}", Owner = $"bench/{day}", Epoch = 1 },
            cancellationToken: cancellationToken);
    }
}
