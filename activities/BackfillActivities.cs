using Orchestrator.Activities.Backfills;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Visibility;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The activities of a backfill; see <see cref="IBackfillActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where plans and reports lie.</param>
public sealed class BackfillActivities(PipelineFolder pipelines, LakeRoot lake) : IBackfillActivities
{
    private readonly NamespaceAttributes _attributes = new();

    /// <inheritdoc/>
    [Activity]
    public Task<BackfillPlan> PlanBackfillAsync(BackfillRequest request) => Step.RunAsync(async cancellationToken =>
    {
        var spec = pipelines.Load(request.Pipeline);
        var selection = request.Selection.ToString();
        var labels = await _attributes.LabelsAsync(ActivityExecutionContext.Current.TemporalClient, spec, char.ToLowerInvariant(selection[0]) + selection[1..], null, cancellationToken);
        await lake.Audit.OfWorkflowAsync("backfill", cancellationToken);
        return await new BackfillPlanner(spec, pipelines, lake).RunAsync(request, ActivityExecutionContext.Current.Info.WorkflowRunId!, labels, cancellationToken);
    });

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<string>> ReadBackfillPlanAsync(BackfillPage page) => Step.RunAsync(cancellationToken =>
        new BackfillStore(lake.Store).PageAsync(page, cancellationToken));

    /// <inheritdoc/>
    [Activity]
    public Task RecordBackfillAsync(BackfillOutcomes outcomes) => Step.RunAsync(async cancellationToken =>
    {
        await new BackfillStore(lake.Store).WriteAsync(outcomes, cancellationToken);
        await lake.Audit.OfWorkflowAsync("backfill", cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<string>> ReadBackfillFailuresAsync(string folder) => Step.RunAsync(async cancellationToken =>
        (IReadOnlyList<string>)[.. (await new BackfillStore(lake.Store).OutcomesAsync(folder, cancellationToken)).Where(o => o.Outcome is "failed").Select(o => o.Partition)]);

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<string>> FindLeftAsync(LeftRange range) => Step.RunAsync(async cancellationToken =>
    {
        var calendar = pipelines.Load(range.Pipeline).Partitioning.Calendar;
        var (first, last) = (calendar.Parse(range.First), calendar.Parse(range.Last));
        var end = calendar.TryAdd(last, range.Lookback, out var behind) ? behind : (PartitionKey?)null;
        var left = new SortedSet<PartitionKey>();
        foreach (var fact in (await LedgerIndex.ReadAsync(lake, range.Pipeline, cancellationToken)).Facts.Values.Where(f => f.Outdated.Length > 0))
        {
            if (calendar.TryParse(fact.Partition, out var key) && key.IsBetween(first, end))
            {
                left.Add(key);
            }
        }

        return (IReadOnlyList<string>)[.. left.Select(k => k.Value)];
    });

    /// <inheritdoc/>
    [Activity]
    public async Task<RunResult> AwaitRunAsync(RunRequest request)
    {
        var result = await AwaitAsync(request);
        return result.Status is RunStatus.Failed && result.Cost is null && await ReadLedgerAsync(request) is { } entry ? result with { Cost = entry.Result.Cost } : result;
    }

    /// <inheritdoc/>
    [Activity]
    public async Task<RunCost?> ReadRunCostAsync(RunRequest request, string runId) => await ReadLedgerAsync(request) is { } entry && entry.RunId == runId ? entry.Result.Cost : null;

    private Task<LedgerEntry?> ReadLedgerAsync(RunRequest request) => Step.RunAsync(cancellationToken => lake.ReadLedgerAsync(request.Pipeline, request.Partition, cancellationToken));

    /// <summary>How, as the current activity sees it, a run of somebody else has ended; fails while it goes on, to be asked again. A backfill is told when the run waits for a decision.</summary>
    /// <exception cref="ApplicationFailureException">It goes on, or it was cancelled or terminated.</exception>
    public static async Task<RunResult> AwaitAsync(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await OtherWork.EndedAsync(request.WorkflowId) is { } run
                ? await run.GetResultAsync<RunResult>(rpcOptions: new RpcOptions { CancellationToken = ActivityExecutionContext.Current.CancellationToken })
                : Failed($"The service does not know '{request.WorkflowId}' any more: it was deleted while it was waited for. Help: run the partition again.");
        }
        catch (ApplicationFailureException e) when (e.ErrorType == ErrorTypes.GoesOn)
        {
            await TellHeldAsync(request);
            throw;
        }
        catch (WorkflowFailedException e) when (e.InnerException is CanceledFailureException or TerminatedFailureException)
        {
            throw new ApplicationFailureException($"{request.WorkflowId} was given up: {e.InnerException.Message}", ErrorTypes.RunGivenUp, nonRetryable: true);
        }
        catch (WorkflowFailedException e)
        {
            return Failed(FailureCause.Of(e));
        }

        RunResult Failed(string reason) => new() { Request = request, Status = RunStatus.Failed, Reason = reason };
    }

    /// <summary>Tells the backfill that waits for a run that this one waits for a decision, as runs tell whoever has started them. Looks more and more seldom, as a hold may take days.</summary>
    private static async Task TellHeldAsync(RunRequest request)
    {
        var context = ActivityExecutionContext.Current;
        if (context.Info.WorkflowType != "Backfill" || !int.IsPow2(context.Info.Attempt))
        {
            return;
        }

        var rpc = new RpcOptions { CancellationToken = context.CancellationToken };
        try
        {
            var progress = await context.TemporalClient.GetWorkflowHandle(request.WorkflowId).QueryAsync<RunProgress>("progress", [], new WorkflowQueryOptions { Rpc = rpc });
            if (progress.Held.Count > 0)
            {
                await context.TemporalClient.GetWorkflowHandle(context.Info.WorkflowId!, context.Info.WorkflowRunId).SignalAsync("run-held", [request.Partition], new WorkflowSignalOptions { Rpc = rpc });
            }
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException)
        {
            // Its worker is away, or it has ended: a later look tells.
            return;
        }
    }
}
