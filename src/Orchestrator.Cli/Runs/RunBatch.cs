using Lakehouse;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Steps;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Runs;

/// <summary>The partitions of one call: which run, which need not, and how each ended.</summary>
internal sealed class RunBatch
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Of a run that takes longer than <see cref="Short"/>: each question costs the service a task.</summary>
    private static readonly TimeSpan LongPollInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    private readonly List<RunOutcome> _outcomes = [];
    private readonly Lock _gate = new();

    private RunBatch(PipelineSpec spec, IReadOnlyList<PartitionState> toRun, int upToDate, IReadOnlyList<IgnoredFile> ignored, bool force, IReadOnlyDictionary<string, Refusal> refused)
    {
        Spec = spec;
        ToRun = [.. toRun.Where(s => !refused.ContainsKey(s.Partition.Value))];
        Refused = [.. refused.Select(r => new RunOutcome(r.Key, new RunRequest(spec.Name, r.Key, force).WorkflowId, "", null, $"[{r.Value.Type}] {r.Value.Reason}", TimeSpan.Zero))];
        _outcomes.AddRange(Refused);
        UpToDate = upToDate;
        Ignored = ignored;
        Force = force;
    }

    public PipelineSpec Spec { get; }

    public IReadOnlyList<PartitionState> ToRun { get; }

    /// <summary>How many of the chosen partitions need no run.</summary>
    public int UpToDate { get; }

    public IReadOnlyList<IgnoredFile> Ignored { get; }

    public bool Force { get; }

    /// <summary>Partitions that are not started, as their runs would be refused: how each ended, without a run.</summary>
    public IReadOnlyList<RunOutcome> Refused { get; }

    public IReadOnlyList<RunOutcome> Outcomes
    {
        get
        {
            lock (_gate)
            {
                return [.. _outcomes.OrderBy(o => o.Partition, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Compares what the sources hold with what the ledger says; reads only.</summary>
    public static async Task<RunBatch> PlanAsync(
        PipelineSpec spec, LocalSettings settings, PartitionSelection selection, CancellationToken cancellationToken)
    {
        var lake = new LakeRoot(settings.Lake);
        var planner = new PartitionPlanner(spec, lake);
        var (states, ignored) = await planner.StatesAsync(cancellationToken);
        var chosen = Choose(spec, states, selection);
        PartitionState[] toRun = [.. chosen.Where(s => selection.Force || s.ReasonToRun is not null)];
        return new RunBatch(spec, toRun, chosen.Count - toRun.Length, ignored, selection.Force, await RefusedAsync(spec, settings, lake, toRun, cancellationToken));
    }

    /// <summary>The partitions of a plan that was made before, when nothing it stands on has moved.</summary>
    /// <exception cref="UsageException">There is no such plan.</exception>
    /// <exception cref="PlanMovedException">Something moved; the text says what.</exception>
    public static async Task<RunBatch> OfPlanAsync(PipelineSpec spec, LocalSettings settings, string hash, CancellationToken cancellationToken)
    {
        var lake = new LakeRoot(settings.Lake);
        var plan = await new PlanStore(lake).FindAsync(spec.Name, hash, cancellationToken)
            ?? throw new UsageException(
                $"--plan '{hash}': no plan of '{spec.Name}' in '{settings.Lake}' has a hash that begins so, or more than one has. Expected at least {PlanStore.LeastDigits} of its digits. Help: 'orchestrator plan {spec.Folder}' makes one and prints its hash.");
        var now = await new PipelinePlanner(spec, lake).PlanAsync(PlanSelection.Parse(plan.Selection, spec.Partitioning.Calendar), plan.Force, cancellationToken: cancellationToken);
        if (PlanMoves.Between(plan, now) is { Count: > 0 } moves)
        {
            throw new PlanMovedException(plan, moves);
        }

        PartitionState[] toRun = [.. plan.Runs.Select(r => new PartitionState(spec.Partitioning.Calendar.Parse(r.Partition), [], r.InputFingerprint, r.Reasons[0].Words) { Reasons = r.Reasons })];
        return new RunBatch(spec, toRun, now.UpToDate, now.Ignored, plan.Force, await RefusedAsync(spec, settings, lake, toRun, cancellationToken));
    }

    private static async Task<IReadOnlyDictionary<string, Refusal>> RefusedAsync(PipelineSpec spec, LocalSettings settings, LakeRoot lake, IReadOnlyList<PartitionState> states, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, Refusal>(StringComparer.Ordinal);
        if (states.Count > 0)
        {
            var tables = await TableRefusals.ReadAsync(spec, new PipelineFolder(settings.Pipelines, settings.Environment), lake, cancellationToken);
            foreach (var state in states)
            {
                if (await tables.OfAsync(state, cancellationToken) is { } why)
                {
                    refused[state.Partition.Value] = why;
                }
            }
        }

        return refused;
    }

    /// <summary>Starts or attaches to one workflow per partition, at most <paramref name="parallel"/> at once, and waits for all.</summary>
    public async Task RunAsync(LocalStack stack, LocalSettings settings, int parallel, IRunObserver observer, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        var runs = Parallel.ForEachAsync(ToRun, options, async (state, token) =>
        {
            var outcome = await RunOneAsync(stack, settings.TaskQueue, state, observer, token);
            lock (_gate)
            {
                _outcomes.Add(outcome);
            }

            observer.Ended(outcome);
        });
        if (await Task.WhenAny(runs, stack.Worker) != runs && stack.Worker.IsFaulted)
        {
            await stack.Worker;
        }

        await runs;
    }

    private async Task<RunOutcome> RunOneAsync(
        LocalStack stack, string taskQueue, PartitionState state, IRunObserver observer, CancellationToken cancellationToken)
    {
        var partition = state.Partition.Value;
        var request = new RunRequest(Spec.Name, partition, Force);
        var started = TimeProvider.System.GetTimestamp();
        var reason = state.Reasons.Count > 0 ? state.Reasons[0].Kind : RunReasonKind.Forced;
        FailPoint.Hit("run.before-start");
        var handle = await stack.Client.WaitAsync(() => StartAsync(stack, taskQueue, request, reason, cancellationToken), cancellationToken);
        observer.Started(partition);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var held = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = WatchAsync(handle, partition, observer, held, done.Token);
        try
        {
            var ending = handle.WaitAsync<RunResult>(done.Token);
            if (await Task.WhenAny(ending, held.Task) == held.Task)
            {
                // It may wait for days: whoever started it need not.
                return new RunOutcome(partition, handle.Id, handle.ResultRunId ?? handle.FirstExecutionRunId!, null, await held.Task, TimeProvider.System.GetElapsedTime(started)) { IsHeld = true };
            }

            var result = await ending;
            return new RunOutcome(partition, handle.Id, handle.ResultRunId!, result, null, TimeProvider.System.GetElapsedTime(started));
        }
        catch (WorkflowFailedException e)
        {
            return new RunOutcome(partition, handle.Id, handle.ResultRunId!, null, Failures.Explain(e), TimeProvider.System.GetElapsedTime(started));
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    /// <summary>Starts the run of a partition, or attaches to the one that goes on.</summary>
    private async Task<WorkflowHandle> StartAsync(LocalStack stack, string taskQueue, RunRequest request, RunReasonKind reason, CancellationToken cancellationToken)
    {
        var labels = await stack.Attributes.LabelsAsync(stack.Client, Spec, reason.Word(), cancellationToken: cancellationToken);
        return await stack.Client.StartWorkflowAsync(
            "PipelineRun",
            [request],
            new WorkflowOptions(request.WorkflowId, taskQueue)
            {
                IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
                StaticSummary = $"{Spec.Name} {request.Partition}",
                Priority = RunPriority.Of(RunLane.Live, Spec.Priority, Spec.Tenant),
                TypedSearchAttributes = labels.AtStart(Spec.Name, request.Partition),
            });
    }

    /// <summary>Tells the observer of every step that begins; never fails a run because a query could not be answered.</summary>
    private static async Task WatchAsync(WorkflowHandle handle, string partition, IRunObserver observer, TaskCompletionSource<string> held, CancellationToken cancellationToken)
    {
        var seen = "";
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(PollInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                timer.Period = TimeProvider.System.GetElapsedTime(began) < Short ? PollInterval : LongPollInterval;
                var progress = await handle.TryQueryAsync<RunProgress>("progress", cancellationToken);
                if (progress is not null && progress.Step != seen)
                {
                    seen = progress.Step;
                    observer.Step(partition, seen);
                }

                if (progress is { Held.Count: > 0 })
                {
                    held.TrySetResult(string.Join('\n', progress.Held.Values));
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended: nothing more to watch.
            return;
        }
        catch (RpcException)
        {
            // The run is gone from the service: whoever waits for its result hears of it.
            return;
        }
    }

    private static List<PartitionState> Choose(PipelineSpec spec, IReadOnlyList<PartitionState> states, PartitionSelection selection)
    {
        var calendar = spec.Partitioning.Calendar;
        PartitionKey? Key(string? text, string option)
        {
            if (text is null)
            {
                return null;
            }

            return calendar.TryParse(text, out var key)
                ? key
                : throw new UsageException($"{option} '{text}': not a partition of '{spec.Name}'. Expected a {spec.Partitioning.Unit.ToString().ToLowerInvariant()}, for example '{states.FirstOrDefault()?.Partition.Value ?? "2020-03-15"}'.");
        }

        var from = Key(selection.From, "--from");
        var to = Key(selection.To, "--to");
        var named = selection.Named.Select(n => Key(n, "--partition")!.Value).ToHashSet();
        var unknown = named.Except(states.Select(s => s.Partition)).Select(k => k.Value).ToArray();
        if (unknown.Length > 0)
        {
            throw new UsageException(
                $"No source file for partition '{string.Join("', '", unknown)}' of '{spec.Name}'. Expected a file for each of: {string.Join(", ", spec.Sources.Values.Select(s => s.Path.Text))}. "
                + "Help: check the partition, or put the file there.");
        }

        return [.. states.Where(s => (named.Count == 0 || named.Contains(s.Partition)) && s.Partition.IsBetween(from, to))];
    }
}
