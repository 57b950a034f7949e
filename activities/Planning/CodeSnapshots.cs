using System.Collections.Concurrent;
using System.Text.Json;
using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Planning;

/// <summary>Code that runs have used, in the lake under its fingerprint: <c>_code/{pipeline}/{fingerprint}.json</c>, never replaced.</summary>
public sealed class CodeSnapshots(LakeRoot lake)
{
    private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal);

    /// <summary>Fingerprint of everything that decides what a run makes of its inputs: specification, models, contracts, engine.</summary>
    public static string FingerprintOf(PipelineSpec spec) => SourceScan.Hash(spec.Fingerprint + "\n" + DuckDbLibrary.Version);

    /// <summary>The code of a pipeline as it is now.</summary>
    public static CodeSnapshot Of(PipelineSpec spec) => new()
    {
        Pipeline = spec.Name,
        Fingerprint = FingerprintOf(spec),
        Engine = DuckDbLibrary.Version,
        Datasets =
        [
            .. spec.Datasets.Select(d => new DatasetCode(
                d.Name, d.FingerprintParts.Model, d.FingerprintParts.Contract, d.FingerprintParts.Settings, d.Model?.Sql, File.ReadAllText(d.ContractPath))),
        ],
    };

    /// <summary>Keeps the code of a pipeline. Safe to repeat: written once for each fingerprint.</summary>
    public async Task KeepAsync(PipelineSpec spec, CancellationToken cancellationToken)
    {
        var path = PathOf(spec.Name, FingerprintOf(spec));
        if (_kept.ContainsKey(path))
        {
            return;
        }

        if (await lake.Store.HeadAsync(path, cancellationToken) is null)
        {
            await lake.Store.PutIfAbsentAsync(path, JsonSerializer.SerializeToUtf8Bytes(Of(spec), PayloadFormat.Json), cancellationToken);
        }

        _kept[path] = true;
    }

    /// <summary>Code of that fingerprint; null when it was not kept.</summary>
    public async Task<CodeSnapshot?> FindAsync(string pipeline, string fingerprint, CancellationToken cancellationToken) =>
        fingerprint.Length > 0 && await lake.Store.ReadAsync(PathOf(pipeline, fingerprint), cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize<CodeSnapshot>(bytes, PayloadFormat.Json)
            : null;

    private static string PathOf(string pipeline, string fingerprint) => $"_code/{pipeline}/{fingerprint}.json";
}
