using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.Lineage;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Models;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// What a run tells of where its rows come from, as OpenLineage events under <c>_lineage</c>, one a line: START and COMPLETE or FAIL of the run, and of each dataset it published. All of it follows
/// from the ledger entry and the commits, so that a repetition writes the same bytes.
/// </summary>
/// <param name="lake">The lake.</param>
/// <param name="spec">The pipeline as it ran; null when it cannot be read any more, then columns and models are left out.</param>
internal sealed class RunLineage(LakeRoot lake, PipelineSpec? spec)
{
    private static readonly OpenLineageWriter Writer = new(new Uri("urn:dotnet-orchestrator:0.1"));

    /// <summary>Writes the events of a run that ended.</summary>
    /// <returns>Those of the datasets that it published, by dataset.</returns>
    public async Task<IReadOnlyDictionary<string, LineageEvent>> WriteAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var request = entry.Result.Request;
        var run = Base(entry, RunIdOf(entry.RunId), JobOf(request.Pipeline)) with { Description = spec?.Description, Owner = spec?.Owner };
        var failed = entry.Result.Status == RunStatus.Failed;

        var made = new Dictionary<string, LineageEvent>(StringComparer.Ordinal);
        var lines = new StringBuilder();
        Add(lines, entry, run, failed ? LineageEventType.Fail : LineageEventType.Complete, failed ? entry.Result.Reason : null);
        foreach (var dataset in entry.Result.Datasets)
        {
            made[dataset.Dataset] = await OfAsync(entry, dataset, run, cancellationToken);
            Add(lines, entry, made[dataset.Dataset], LineageEventType.Complete, null);
        }

        // One object: each costs a synced file, or a request.
        await lake.Store.PutAsync($"_lineage/{request.Pipeline}/{Uri.EscapeDataString(request.Partition)}/{entry.RunId}.ndjson", Encoding.UTF8.GetBytes(lines.ToString()), cancellationToken);
        return made;
    }

    private async Task<LineageEvent> OfAsync(LedgerEntry entry, DatasetResult result, LineageEvent run, CancellationToken cancellationToken)
    {
        var about = spec?.Datasets.FirstOrDefault(d => d.Name == result.Dataset);
        var table = lake.Tables.Table(result.Dataset);
        var head = (await table.HeadAsync(cancellationToken))!;
        var commit = (await table.CommitsAsync(result.Version - 1, result.Version, cancellationToken)).FirstOrDefault();
        var reads = commit?.Info?["reads"]?.AsObject().Select(r => (Dataset: r.Key, Version: r.Value!.GetValue<long>())).ToArray() ?? [];
        var lineage = about is { Model: not null } ? ModelLineage.Of(spec!, about) : null;
        var adds = commit?.Actions.OfType<AddFile>().ToArray() ?? [];
        return Base(entry, RunIdOf($"{entry.RunId}/{result.Dataset}"), JobOf($"{entry.Result.Request.Pipeline}.{result.Dataset}")) with
        {
            Parent = (run.RunId, run.Job),
            Description = about?.Description,
            Owner = spec?.Owner,
            Sql = about?.Model?.Sql,
            Fingerprint = about?.Model is { } model ? ModelFingerprint.Of(SqlParser.Parse(model.Sql), reads.ToDictionary(r => r.Dataset, r => r.Version), new Dictionary<string, string> { ["partition"] = entry.Result.Request.Partition }) : null,
            Inputs = about?.Source is { } source
                ? [new LineageDataset { Name = lake.NameOf($"_landing/{entry.Result.Request.Pipeline}/{source}"), Rows = result.Counts.Read }]
                : [.. reads.Select(r => new LineageDataset { Name = TableOf(r.Dataset), Alias = JobOf(r.Dataset), Version = r.Version < 0 ? null : Text(r.Version) })],
            Outputs =
            [
                new LineageDataset
                {
                    Name = TableOf(result.Dataset),
                    Alias = JobOf(result.Dataset),
                    Columns = DeltaTypes.FromDeltaSchema(head.Metadata.SchemaString),
                    Version = Text(result.Version),
                    Rows = result.Counts.Published,
                    Bytes = adds.Sum(a => a.Size),
                    Files = adds.Length,
                    Change = about?.Merge == MergeStrategy.Replace ? "OVERWRITE" : null,
                    Assertions = [.. result.Rules.Select(r => new LineageAssertion(r.Rule.Split('.')[^1], r.Passed, null, r.Severity == "warning" ? "warn" : "error", r.Rule, "0", Text(r.Offenders)))],
                    Lineage = lineage,
                },
            ],
            Tables = lineage?.Tables.ToDictionary(t => t, t => TableOf(spec!.Inputs.TryGetValue(t, out var input) ? input.Dataset : t), StringComparer.Ordinal) ?? [],
        };
    }

    private LineageEvent Base(LedgerEntry entry, Guid runId, DatasetName job) => new()
    {
        Type = LineageEventType.Start,
        Time = entry.StartedAt,
        RunId = runId,
        Job = job,
        Engine = ("duckdb", DuckDbLibrary.Version),
        Nominal = spec is not null && spec.Partitioning.Unit.HasTime() && spec.Partitioning.Calendar.TryParse(entry.Result.Request.Partition, out var partition) ? (partition.Start, partition.End) : null,
    };

    /// <summary>Adds START and what it ended with. The later event's facets are merged over those of the first, so the first needs to say only that it started.</summary>
    private static void Add(StringBuilder lines, LedgerEntry entry, LineageEvent ended, LineageEventType type, string? error)
    {
        var started = ended with { Inputs = [.. ended.Inputs.Select(i => new LineageDataset { Name = i.Name })], Outputs = [.. ended.Outputs.Select(o => new LineageDataset { Name = o.Name })] };
        lines.Append(Writer.Write(started)).Append('\n').Append(Writer.Write(ended with { Type = type, Time = entry.EndedAt, Error = error })).Append('\n');
    }

    private DatasetName TableOf(string dataset) => lake.NameOf(Lakehouse.Lake.PathOf(dataset));

    /// <summary>Jobs, and datasets as pipelines call them.</summary>
    private static DatasetName JobOf(string name) => new("orchestrator", name);

    /// <summary>The workflow's run id where it is one; otherwise an id that the same text always gives.</summary>
    private static Guid RunIdOf(string text) => Guid.TryParse(text, out var id) ? id : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
