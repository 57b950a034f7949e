using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>
/// Runs the workflow of a seed, with its children, step by step: whenever the server has nothing left to do, the seed says which workflow
/// task is taken or what happens next from outside. So the same seed makes the same history whatever becomes of the workers.
/// </summary>
internal sealed class Family(FamilyServer server, int seed, Mode mode) : IAsyncDisposable
{
    private const int MaxSteps = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollEnd = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan StickyTime = TimeSpan.FromSeconds(11);
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Random _choice = new(seed);
    private readonly Random _fate = new(~seed);
    private readonly List<string> _trace = [];
    private readonly List<string> _misfortunes = [];
    private readonly List<(string Name, Task<string> Outcome)> _updates = [];
    private readonly string _id = $"seed-{seed}-{mode}-{Guid.NewGuid().ToString("N")[..6]}";

    public async Task<FamilyRecord> RunAsync()
    {
        var plan = new PlanGenerator(seed).Next();
        try
        {
            await server.Client.StartWorkflowAsync((GeneratedWorkflow wf) => wf.RunAsync(plan, new(1)), new(_id, _id));
            await AddAsync(_id);
            await SettleAsync();
            for (var step = 0; _members.Values.Any(m => m.IsOpen); step++)
            {
                if (step == MaxSteps)
                {
                    throw new BrokenSeedException($"{MaxSteps} steps did not end it.");
                }

                await MisfortuneAsync();
                await Choose()();
                await SettleAsync();
            }

            foreach (var (name, outcome) in _updates)
            {
                _trace.Add($"{name} -> {await outcome.WaitAsync(Patience)}");
            }
        }
        catch (Exception e) when (e is not LostPollException)
        {
            throw new BrokenSeedException($"Seed {seed}, {mode}: {e.Message}\nplan {plan}\ntrace\n  {string.Join("\n  ", _trace)}\nmisfortunes\n  {string.Join("\n  ", _misfortunes)}\n{States()}", e);
        }

        var histories = new SortedDictionary<string, IReadOnlyList<Temporalio.Api.History.V1.HistoryEvent>>(StringComparer.Ordinal);
        foreach (var member in _members.Values)
        {
            for (var run = 0; run < member.Runs.Count; run++)
            {
                histories[$"{member.Name}/{run}"] = member.Runs[run].Events;
            }
        }

        return new(_id, mode, _trace, histories);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            await member.DisposeAsync();
        }
    }

    private async Task AddAsync(string id)
    {
        var member = _members[id] = new(id, id.Replace(_id, FamilyRecord.Root, StringComparison.Ordinal));
        await member.RefreshAsync(server.Client);
        member.StartWorker(server.Client, Options());
    }

    private TemporalWorkerOptions Options() => new() { MaxCachedWorkflows = mode switch { Mode.Uncached => 0, Mode.Evicted => 1, _ => 100 } };

    private async Task SettleAsync()
    {
        var until = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // Timers set meanwhile without a delay.
            server.Clock.Advance(TimeSpan.Zero);
            foreach (var member in _members.Values.ToList())
            {
                if (member.IsOpen)
                {
                    await member.RefreshAsync(server.Client);
                }

                foreach (var started in member.Events.Select(e => e.ChildWorkflowExecutionStartedEventAttributes?.WorkflowExecution.WorkflowId).OfType<string>())
                {
                    if (!_members.ContainsKey(started))
                    {
                        await AddAsync(started);
                    }
                }
            }

            if (Settled.Missing(_members, server.Activities, server.Clock.GetUtcNow()) is not { } missing)
            {
                foreach (var member in _members.Values.Where(m => m.IsOpen && m.IsSticky && !m.IsRunnable))
                {
                    await member.Gate.ShowAsync(server.Clock.GetUtcNow());
                }

                // The connection keeps the order: after an answer the server knows which polls are over.
                await server.Client.Connection.WorkflowService.GetSystemInfoAsync(new());
                await Task.Delay(PollEnd);

                return;
            }

            // A run that follows another at once begins a little later; nothing else is due by then.
            if (_members.Values.Select(m => m.BeginsAt).Max() is { } begin && begin > server.Clock.GetUtcNow())
            {
                server.Clock.Advance(begin - server.Clock.GetUtcNow());
            }

            if (TimeProvider.System.GetElapsedTime(until) > PollPatience && _members.Values.FirstOrDefault(m => m.LastTask == EventType.WorkflowTaskStarted) is { } robbed)
            {
                throw new LostPollException($"Seed {seed}, {mode}: nobody has the task of {robbed.Name}.");
            }

            if (TimeProvider.System.GetElapsedTime(until) > Patience)
            {
                throw new BrokenSeedException($"The server does not settle: {missing}.");
            }

            await Task.Delay(1);
        }
    }

    private Func<Task> Choose()
    {
        var actions = new List<(string Name, int Weight, Func<Task> Do)>();
        foreach (var member in _members.Values.Where(m => m.IsOpen))
        {
            if (member.IsRunnable)
            {
                actions.Add(($"{member.Name} takes a task", 10, () => ReleaseAsync(member)));
            }

            foreach (var (activity, cancelRequested) in member.OpenActivities())
            {
                var handle = server.Client.GetAsyncActivityHandle(server.Activities.Token(member.RunId, activity)!);
                actions.Add(($"activity {activity} of {member.Name} completes", 4, () => handle.CompleteAsync($"done {activity}")));
                actions.Add(($"activity {activity} of {member.Name} fails", 1, () => handle.FailAsync(new ApplicationFailureException("failed", "Held"))));
                if (cancelRequested)
                {
                    actions.Add(($"activity {activity} of {member.Name} is cancelled", 4, () => handle.ReportCancellationAsync()));
                }
            }

            var workflow = server.Client.GetWorkflowHandle<GeneratedWorkflow>(member.Id);
            for (var i = 0; i < member.Plan!.Signals.Length; i++)
            {
                var signal = i;
                if (!member.SignalsSent.Contains(signal))
                {
                    actions.Add(($"signal {signal} to {member.Name}", 3, () => member.SignalsSent.Add(signal) ? workflow.SignalAsync(wf => wf.SignalAsync(signal)) : Task.CompletedTask));
                }
            }

            for (var i = 0; i < member.Plan.Updates.Length; i++)
            {
                var update = i;
                if (!member.UpdatesSent.Contains(update))
                {
                    actions.Add(($"update {update} to {member.Name}", 3, () => UpdateAsync(member, update)));
                }
            }

            if (!member.CancelSent)
            {
                actions.Add(($"cancel {member.Name}", 1, () =>
                {
                    member.CancelSent = true;
                    return workflow.CancelAsync();
                }));
            }

            if (!member.IsRunnable && member.HasRun)
            {
                actions.Add(($"query {member.Name}", 1, () => QueryAsync(member)));
            }
        }

        if (!_members.Values.Any(m => m.IsRunnable) && _members.Values.Where(m => m.IsOpen).SelectMany(m => m.DueTimes()).ToList() is { Count: > 0 } due)
        {
            actions.Add(("the next timer fires", 6, () =>
            {
                server.Clock.Advance(due.Min() - server.Clock.GetUtcNow());
                return Task.CompletedTask;
            }));
        }

        // Cancelling is always there to be chosen, but a workflow must be able to go on without.
        if (actions.TrueForAll(a => a.Name.StartsWith("cancel ", StringComparison.Ordinal) || a.Name.StartsWith("query ", StringComparison.Ordinal)))
        {
            throw new BrokenSeedException("Nothing more can happen, and workflows are open.");
        }

        var ticket = _choice.Next(actions.Sum(a => a.Weight));
        foreach (var (name, weight, act) in actions)
        {
            if ((ticket -= weight) < 0)
            {
                _trace.Add(name);
                return act;
            }
        }

        throw new InvalidOperationException("No action was drawn.");
    }

    private async Task ReleaseAsync(Member member)
    {
        var fate = Fate.Lives;
        if (mode == Mode.Killed && _members.Values.Count(m => m.IsRunnable) == 1)
        {
            fate = (Fate)Math.Max(0, _fate.Next(-2, 4));
        }

        await member.Gate.ReleaseAsync(fate: fate);
        if (fate != Fate.Lives)
        {
            Note(member, $"{fate}");
            member.KillWorker();
            member.StartWorker(server.Client, Options());
            await ForgetQueueAsync(member);
            if (fate == Fate.LosesAnswer)
            {
                member.HasUpdate = false;
                return;
            }

            await member.Gate.ReleaseAsync();
        }

        member.HasUpdate = false;
    }

    // A task on the queue of the dead, or in its hands, times out; the next ones go elsewhere.
    private async Task ForgetQueueAsync(Member member)
    {
        if (member.Runs[^1].RunId is { Length: > 0 } run)
        {
            try
            {
                await server.Client.Connection.WorkflowService.ResetStickyTaskQueueAsync(
                    new() { Namespace = server.Client.Options.Namespace, Execution = new() { WorkflowId = member.Id, RunId = run } });
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                Note(member, "ended meanwhile");
            }
        }

        await Task.Delay(PollEnd);
        server.Clock.Advance(StickyTime);
    }

    private async Task UpdateAsync(Member member, int number)
    {
        member.UpdatesSent.Add(number);
        var id = $"update-{number}";
        _updates.Add(($"update {number} of {member.Name}", OutcomeAsync()));
        var request = new Temporalio.Api.WorkflowService.V1.PollWorkflowExecutionUpdateRequest
        {
            Namespace = server.Client.Options.Namespace,
            UpdateRef = new() { WorkflowExecution = new() { WorkflowId = member.Id }, UpdateId = id },
        };
        while (true)
        {
            try
            {
                await server.Client.Connection.WorkflowService.PollWorkflowExecutionUpdateAsync(request);
                member.HasUpdate = true;
                return;
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                await Task.Delay(1);
            }
        }

        async Task<string> OutcomeAsync()
        {
            try
            {
                return await server.Client.GetWorkflowHandle<GeneratedWorkflow>(member.Id).ExecuteUpdateAsync(wf => wf.UpdateAsync(number), new() { Id = id });
            }
            catch (Exception e) when (e is WorkflowUpdateFailedException or RpcException)
            {
                return $"{e.GetType().Name} {e.InnerException?.Message}";
            }
        }
    }

    private async Task QueryAsync(Member member)
    {
        var answer = server.Client.GetWorkflowHandle<GeneratedWorkflow>(member.Id).QueryAsync(wf => wf.State);
        await member.Gate.ReleaseAsync();
        _trace.Add($"{member.Name} says {await answer.WaitAsync(Patience)}");
    }

    /// <summary>What happens to workers between two tasks.</summary>
    private async Task MisfortuneAsync()
    {
        foreach (var member in _members.Values.Where(m => m.IsOpen).ToList())
        {
            if (mode == Mode.Evicted && member.IsSticky && !member.IsRunnable && _fate.Next(3) == 0)
            {
                Note(member, "evicted");
                var id = $"{member.Id}-evictor-{Guid.NewGuid():N}";
                await server.Client.StartWorkflowAsync((Evictor wf) => wf.RunAsync(), new(id, member.Id));
                await member.Gate.ReleaseAsync(alsoSticky: false);
            }

            if (mode == Mode.Replaced && _fate.Next(5) == 0)
            {
                Note(member, "replaced");
                await member.StopWorkerAsync();
                member.StartWorker(server.Client, Options());
            }

            if (mode == Mode.Killed && member.IsSticky && _members.Values.All(m => m == member || !m.IsRunnable) && _fate.Next(5) == 0)
            {
                Note(member, member.IsRunnable ? "killed with a task waiting" : "killed");
                member.KillWorker();
                member.StartWorker(server.Client, Options());
                await ForgetQueueAsync(member);
            }
        }
    }

    private void Note(Member member, string misfortune) => _misfortunes.Add($"before {_trace.Count + 1}: {member.Name} {misfortune}");

    private string States() => string.Join('\n', _members.Values.Select(m =>
        $"{m.Name}: {(m.Runs.Count == 0 ? "" : string.Join(' ', m.Events.Select(e => $"{e.EventType}{e.WorkflowExecutionUpdateCompletedEventAttributes?.Outcome.Failure}")))}"));
}
