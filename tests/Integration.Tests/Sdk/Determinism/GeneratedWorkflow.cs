using Temporalio.Activities;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Does what its plan says. The log of what happened in which order is its result.</summary>
[Workflow]
public sealed class GeneratedWorkflow
{
    public const string ActivityQueue = "held-activities";
    private static readonly TimeSpan Ages = TimeSpan.FromDays(100_000);
    private readonly Plan _plan;
    private readonly Memory _memory;
    private readonly Temporalio.Workflows.Mutex _mutex = new();

    // Which of two local activities ends first nobody decides, so they go one after the other.
    private readonly Temporalio.Workflows.Mutex _local = new();

    [WorkflowInit]
    public GeneratedWorkflow(Plan plan, Memory memory)
    {
        _plan = plan;
        _memory = memory;
        Log($"round {memory.Round}");
    }

    [WorkflowQuery]
    public string State => $"{string.Join(' ', _memory.Log)} / {_memory.Signals.Count} / {_memory.Updates.Count}";

    [WorkflowRun]
    public async Task<string> RunAsync(Plan plan, Memory memory)
    {
        await DoAsync(plan.Body, Workflow.CancellationToken);
        if (plan.AwaitsHandlers)
        {
            await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished, CancellationToken.None);
        }

        if (_memory.Round < plan.Rounds)
        {
            var next = _memory with { Round = _memory.Round + 1 };
            throw Workflow.CreateContinueAsNewException((GeneratedWorkflow wf) => wf.RunAsync(plan, next));
        }

        return string.Join(' ', _memory.Log);
    }

    [WorkflowSignal(UnfinishedPolicy = HandlerUnfinishedPolicy.Abandon)]
    public async Task SignalAsync(int number)
    {
        Log($"signal {number}");
        _memory.Signals.Add(number);
        await GuardAsync(_plan.Signals[number], CancellationToken.None);
    }

    [WorkflowUpdate(UnfinishedPolicy = HandlerUnfinishedPolicy.Abandon)]
    public async Task<string> UpdateAsync(int number)
    {
        Log($"update {number}");
        _memory.Updates.Add(number);
        await DoAsync(_plan.Updates[number]!, CancellationToken.None);
        return $"updated {number} after {_memory.Log.Count}";
    }

    [WorkflowUpdateValidator(nameof(UpdateAsync))]
    public void CheckUpdate(int number)
    {
        if (_plan.Updates[number] is null)
        {
            throw new ApplicationFailureException($"no update {number}");
        }
    }

    [Activity]
    public static string Once(int failures) =>
        ActivityExecutionContext.Current.Info.Attempt <= failures ? throw new ApplicationFailureException("once more", "Again") : $"after {failures}";

    [Activity]
    public static string Refuse() => throw new ApplicationFailureException("refused", "Refused", nonRetryable: true);

    [Activity]
    public static string Echo(string value) => value;

    private void Log(string text) => _memory.Log.Add(text);

    private async Task DoAsync(Step step, CancellationToken cancel)
    {
        switch (step.Kind)
        {
            case StepKind.Sequence:
                await EachAsync(step, cancel);
                break;
            case StepKind.All:
                await Workflow.WhenAllAsync(step.Steps!.Select(s => DoAsync(s, cancel)));
                break;
            case StepKind.Race:
                await RaceAsync(step, cancel);
                break;
            case StepKind.Try:
                await GuardAsync(step with { Kind = StepKind.Sequence }, cancel);
                break;
            case StepKind.Scope:
                await ScopeAsync(step, cancel);
                break;
            case StepKind.Shield:
                await EachAsync(step, CancellationToken.None);
                break;
            case StepKind.Locked:
                await _mutex.WaitOneAsync(cancel);
                try
                {
                    await EachAsync(step, cancel);
                }
                finally
                {
                    _mutex.ReleaseMutex();
                }

                break;
            case StepKind.Patch:
                await DoAsync(step.Steps![Workflow.Patched($"patch {step.Id}") ? 0 : 1], cancel);
                break;
            case StepKind.Activity:
                Log($"{step.Id}: {await Workflow.ExecuteActivityAsync<string>("Held", [$"{step.Id}"], new()
                {
                    TaskQueue = ActivityQueue,
                    StartToCloseTimeout = Ages,
                    RetryPolicy = new() { MaximumAttempts = 1 },
                    CancellationType = (ActivityCancellationType)step.Option,
                    CancellationToken = cancel,
                })}");
                break;
            case StepKind.Local:
                await LocalAsync(step, cancel);
                break;
            case StepKind.Timer:
                await Workflow.DelayAsync(TimeSpan.FromSeconds(step.Number), cancel);
                Log($"{step.Id}: time");
                break;
            case StepKind.AwaitSignal:
                await Workflow.WaitConditionAsync(() => _memory.Signals.Contains(step.Number), cancel);
                Log($"{step.Id}: saw signal {step.Number}");
                break;
            case StepKind.AwaitSignalOrTime:
                Log($"{step.Id}: {await Workflow.WaitConditionAsync(() => _memory.Signals.Contains(step.Number), TimeSpan.FromSeconds(step.Option), cancel)}");
                break;
            case StepKind.AwaitUpdate:
                await Workflow.WaitConditionAsync(() => _memory.Updates.Contains(step.Number), cancel);
                Log($"{step.Id}: saw update {step.Number}");
                break;
            case StepKind.Child:
                await ChildAsync(step, cancel);
                break;
            case StepKind.Memo:
                Workflow.UpsertMemo(MemoUpdate.ValueSet($"key {step.Number}", step.Id));
                break;
            case StepKind.Echo:
                await EchoAsync(step);
                break;
            case StepKind.Throw:
                throw new ApplicationFailureException($"thrown by {step.Id}");
        }
    }

    private async Task EachAsync(Step step, CancellationToken cancel)
    {
        foreach (var inner in step.Steps!)
        {
            await DoAsync(inner, cancel);
        }
    }

    private async Task GuardAsync(Step step, CancellationToken cancel)
    {
        try
        {
            await DoAsync(step, cancel);
        }
        catch (Exception e) when (e is FailureException or OperationCanceledException)
        {
            Log($"{step.Id}: {Text(e)}");
        }
    }

    private async Task RaceAsync(Step step, CancellationToken cancel)
    {
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var tasks = step.Steps!.Select(s => DoAsync(s, losers.Token)).ToList();
        var first = await Workflow.WhenAnyAsync(tasks);
        Log($"{step.Id}: won by {tasks.IndexOf(first)}");
        losers.Cancel();
        foreach (var task in tasks)
        {
            try
            {
                await task;
            }
            catch (Exception e) when (e is FailureException or OperationCanceledException)
            {
                Log($"{step.Id}: {Text(e)}");
            }
        }
    }

    private async Task ScopeAsync(Step step, CancellationToken cancel)
    {
        using var scope = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var end = new CancellationTokenSource();
        var watch = WatchAsync();
        await GuardAsync(step with { Kind = StepKind.Sequence }, scope.Token);
        end.Cancel();
        await watch;

        async Task WatchAsync()
        {
            try
            {
                await Workflow.WaitConditionAsync(() => _memory.Signals.Contains(step.Number), end.Token);
                Log($"{step.Id}: cancel");
                scope.Cancel();
            }
            catch (OperationCanceledException)
            {
                Log($"{step.Id}: left");
            }
        }
    }

    private async Task LocalAsync(Step step, CancellationToken cancel)
    {
        var options = new LocalActivityOptions
        {
            StartToCloseTimeout = Ages,
            RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(1), MaximumInterval = TimeSpan.FromMilliseconds(1) },
            CancellationToken = cancel,
        };
        await _local.WaitOneAsync(cancel);
        try
        {
            Log($"{step.Id}: {(step.Option == 0
                ? await Workflow.ExecuteLocalActivityAsync(() => Refuse(), options)
                : await Workflow.ExecuteLocalActivityAsync(() => Once(step.Number), options))}");
        }
        finally
        {
            _local.ReleaseMutex();
        }
    }

    private async Task ChildAsync(Step step, CancellationToken cancel)
    {
        var id = $"{Workflow.Info.WorkflowId}.{step.Id}.{_memory.Round}";
        var child = await Workflow.StartChildWorkflowAsync(
            (GeneratedWorkflow wf) => wf.RunAsync(_plan.Children[step.Number], new(1)),
            new()
            {
                Id = id,
                TaskQueue = id,
                CancellationType = (ChildWorkflowCancellationType)(step.Option % 4),
                ParentClosePolicy = (ParentClosePolicy)(1 + (step.Option / 4)),
                CancellationToken = cancel,
            });
        Log($"{step.Id}: started");
        if (_plan.Children[step.Number].Signals.Length > 2)
        {
            await child.SignalAsync(wf => wf.SignalAsync(2), new() { CancellationToken = cancel });
        }

        Log($"{step.Id}: child {(await child.GetResultAsync()).Length}");
    }

    private async Task EchoAsync(Step step)
    {
        await _local.WaitOneAsync(CancellationToken.None);
        var now = $"{Workflow.Random.Next()} {Workflow.NewGuid()} {Workflow.UtcNow:O} {Workflow.CurrentHistoryLength} {Workflow.Info.Attempt}";
        var then = await Workflow.ExecuteLocalActivityAsync(() => Echo(now), new() { StartToCloseTimeout = Ages, CancellationToken = CancellationToken.None });
        _local.ReleaseMutex();
        if (now != then)
        {
            throw new InvalidOperationException($"Step {step.Id} saw '{then}' when it ran first and '{now}' on replay.");
        }
    }

    private static string Text(Exception e) => e switch
    {
        ActivityFailureException or ChildWorkflowFailureException => $"{e.GetType().Name}<{Text(e.InnerException!)}>",
        FailureException => $"{e.GetType().Name}({e.Message})",
        _ => e.GetType().Name,
    };

    /// <summary>What a run hands to the next.</summary>
    public sealed record Memory(int Round)
    {
        public List<string> Log { get; init; } = [];

        public HashSet<int> Signals { get; init; } = [];

        public HashSet<int> Updates { get; init; } = [];
    }
}
