using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Recording;
using Orchestrator.Catalog;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;
using LedgerState = Orchestrator.Catalog.Entities.PartitionState;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator status</c>: one page about everything: runs that go on, the last ones, what failed, pipelines that cannot be read.</summary>
internal static class StatusCommand
{
    private const int Last = 10;

    /// <summary>Other programs may have workflows in the same namespace.</summary>
    private const string OpenOnes =
        "ExecutionStatus = 'Running' AND WorkflowType IN ('PipelineRun', 'Backfill', 'PartitionWindow', 'Redrive', 'Rollback', 'Maintain', 'PipelineTick', 'Trigger', 'Semaphore', 'Breaker')";

    public static Command Create()
    {
        var command = new Command("status", "One page: what runs now, what ran last, what failed.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var lake = new LakeRoot(settings.Lake);
        var known = KnownPipelines.Load(settings);
        var facts = await CatalogReader.TryAsync(settings, lake, database => OfCatalogAsync(database, known, cancellationToken), cancellationToken) ?? await OfLakeAsync(lake, known, cancellationToken);
        var (service, open) = await OpenRunsAsync(settings, cancellationToken);
        var page = new StatusPage
        {
            Service = service,
            Running = open,
            Holds = await lake.Holds.OpenAsync(null, cancellationToken),
            Pipelines = facts.Pipelines,
            Last = facts.Last,
            Failures = facts.Failures,
            Broken = [.. known.Broken.Select(b => new BrokenPipeline(b.Folder, b.Error))],
        };
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(page);
        }
        else
        {
            StatusText.Write(page);
        }

        return ExitCodes.Ok;
    }

    private static async Task<Facts> OfLakeAsync(LakeRoot lake, KnownPipelines known, CancellationToken cancellationToken)
    {
        var names = (await lake.PipelinesAsync(cancellationToken)).Union(known.Specs.Select(s => s.Name)).Order(StringComparer.Ordinal).ToArray();
        var (pipelines, entries) = (new List<PipelineStatus>(), new List<(string Pipeline, LedgerFact Fact)>());
        foreach (var name in names)
        {
            var facts = (await LedgerIndex.ReadAsync(lake, name, cancellationToken)).Facts.Values.ToArray();
            pipelines.Add(new PipelineStatus(name, facts.Count(f => f.Status == RunStatus.Published), facts.Count(f => f.Status == RunStatus.Failed), facts.Max(f => (DateTimeOffset?)f.EndedAt), facts.Sum(f => f.RowsQuarantined)));
            entries.AddRange(facts.Select(f => (name, f)));
        }

        return new Facts(
            pipelines,
            [.. entries.OrderByDescending(e => e.Fact.EndedAt).Take(Last).Select(e => EndedRun.Of(e.Pipeline, e.Fact))],
            [.. entries.Where(e => e.Fact.Status == RunStatus.Failed).OrderByDescending(e => e.Fact.EndedAt).Take(Last).Select(e => EndedRun.Of(e.Pipeline, e.Fact))]);
    }

    private static async Task<Facts> OfCatalogAsync(CatalogDatabase database, KnownPipelines known, CancellationToken cancellationToken)
    {
        var summary = (await database.Ledger.SummaryAsync(CatalogFollower.WholeRun, cancellationToken)).ToLookup(s => s.Pipeline, StringComparer.Ordinal);
        var quarantined = await database.Quarantine.RowsAsync(cancellationToken);
        var failed = await database.Ledger.FailedAsync(CatalogFollower.WholeRun, Last, cancellationToken);
        var failures = new List<EndedRun>();
        foreach (var entry in failed)
        {
            if (entry.RunId is { } id && await database.Runs.FindAsync(id, cancellationToken) is { } run)
            {
                failures.Add(EndedRun.Of(run));
            }
        }

        return new Facts(
            [
                .. summary.Select(s => s.Key).Union(known.Specs.Select(s => s.Name)).Order(StringComparer.Ordinal).Select(name => new PipelineStatus(
                    name,
                    (int)summary[name].Where(s => s.State == LedgerState.Published).Sum(s => s.Partitions),
                    (int)summary[name].Where(s => s.State == LedgerState.Failed).Sum(s => s.Partitions),
                    summary[name].Max(s => (DateTimeOffset?)s.LastAt),
                    quarantined.GetValueOrDefault(name))),
            ],
            [.. (await database.Runs.LatestAsync(Last, cancellationToken: cancellationToken)).Select(EndedRun.Of)],
            failures);
    }

    /// <summary>What is known of runs that ended.</summary>
    private sealed record Facts(IReadOnlyList<PipelineStatus> Pipelines, IReadOnlyList<EndedRun> Last, IReadOnlyList<EndedRun> Failures);

    /// <summary>Runs that go on, when a service is there: looking starts none.</summary>
    private static async Task<(string? Address, IReadOnlyList<OpenRun> Runs)> OpenRunsAsync(LocalSettings settings, CancellationToken cancellationToken)
    {
        if ((settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)) is not { } address)
        {
            return (null, []);
        }

        await using var stack = await LocalStack.ConnectAsync(settings.ReachedAt(address), Logs.Open(settings.Logs, "status", console: false), anyPort: true, cancellationToken);
        var runs = new List<OpenRun>();
        await foreach (var run in stack.Client.ListWorkflowsAsync(OpenOnes).WithCancellation(cancellationToken))
        {
            runs.Add(new OpenRun(run.Id, run.WorkflowType, run.RunId, run.StartTime));
        }

        return (address, [.. runs.OrderBy(r => r.StartedAt)]);
    }
}
