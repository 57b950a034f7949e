using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator status</c>: one page about everything: runs that go on, the last ones, what failed, pipelines that cannot be read.</summary>
internal static class StatusCommand
{
    private const int Last = 10;

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
        var names = (await lake.Store.ListFoldersAsync("_ledger/", cancellationToken)).Union(known.Specs.Select(s => s.Name)).Order(StringComparer.Ordinal).ToArray();
        var pipelines = new List<PipelineStatus>();
        var entries = new List<(string Pipeline, LedgerFact Fact)>();
        foreach (var name in names)
        {
            var facts = (await LedgerIndex.ReadAsync(lake, name, cancellationToken)).Facts.Values.ToArray();
            pipelines.Add(new PipelineStatus(name, facts.Count(f => f.Status == RunStatus.Published), facts.Count(f => f.Status == RunStatus.Failed), facts.Max(f => (DateTimeOffset?)f.EndedAt), facts.Sum(f => f.RowsQuarantined)));
            entries.AddRange(facts.Select(f => (name, f)));
        }

        var (service, open) = await OpenRunsAsync(settings, cancellationToken);
        var page = new StatusPage
        {
            Service = service,
            Running = open,
            Holds = await lake.Holds.OpenAsync(null, cancellationToken),
            Pipelines = pipelines,
            Last = [.. entries.OrderByDescending(e => e.Fact.EndedAt).Take(Last).Select(e => EndedRun.Of(e.Pipeline, e.Fact))],
            Failures = [.. entries.Where(e => e.Fact.Status == RunStatus.Failed).OrderByDescending(e => e.Fact.EndedAt).Take(Last).Select(e => EndedRun.Of(e.Pipeline, e.Fact))],
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

    /// <summary>Runs that go on, when a service is there: looking starts none.</summary>
    private static async Task<(string? Address, IReadOnlyList<OpenRun> Runs)> OpenRunsAsync(LocalSettings settings, CancellationToken cancellationToken)
    {
        if ((settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)) is not { } address)
        {
            return (null, []);
        }

        await using var stack = await LocalStack.ConnectAsync(settings with { Address = address }, Logs.Open(settings.Logs, "status", console: false), anyPort: true, cancellationToken);
        var runs = new List<OpenRun>();
        await foreach (var run in stack.Client.ListWorkflowsAsync("ExecutionStatus = 'Running'").WithCancellation(cancellationToken))
        {
            runs.Add(new OpenRun(run.Id, run.WorkflowType, run.RunId, run.StartTime));
        }

        return (address, [.. runs.OrderBy(r => r.StartedAt)]);
    }
}
