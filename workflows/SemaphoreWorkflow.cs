using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows.Flow;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Named semaphore of a concurrency group: lets steps begin, never more at once than its capacity, in the order of lane, priority and tenants' shares. A permit belongs to a
/// run and is taken back when the run has ended, however it did. Started by the first step that asks; runs for ever.
/// </summary>
[Workflow(FlowIds.SemaphoreType)]
public sealed class SemaphoreWorkflow
{
    private const int EventsPerHistory = 4_000;
    private const int MostNamed = 100;

    /// <summary>How often it is looked whether those who have permits still run: soon while somebody waits for them.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CheckIdle = TimeSpan.FromMinutes(10);

    private readonly PermitBook _book;
    private readonly List<PermitRequest> _grantAgain = [];
    private readonly List<PermitRequest> _unheard = [];
    private readonly List<BreakerReport> _reports = [];
    private DateTime _checkedAt = Workflow.UtcNow;
    private Task? _check;
    private bool _woken;

    [WorkflowInit]
    public SemaphoreWorkflow(SemaphoreState state)
    {
        _book = new PermitBook(state);
    }

    [WorkflowRun]
    public async Task RunAsync(SemaphoreState state)
    {
        while (true)
        {
            _woken = false;
            await PostAsync(state.Group);
            if ((Workflow.CurrentHistoryLength > EventsPerHistory || Workflow.ContinueAsNewSuggested) && Workflow.AllHandlersFinished && _check is null && _reports.Count == 0)
            {
                // Grants that were lost are asked for again, reasons for waiting are for people only.
                var next = _book.ToState();
                throw Workflow.CreateContinueAsNewException((SemaphoreWorkflow w) => w.RunAsync(next));
            }

            if (_woken)
            {
                continue;
            }

            if (_book.Leases.Count > 0 && _check is null && CheckIn() <= TimeSpan.Zero)
            {
                _check = CheckAsync();
            }

            await WaitAsync();
        }
    }

    /// <summary>Who has permits, who waits and why.</summary>
    [WorkflowQuery("state")]
    public SemaphoreView State() => _book.View(Workflow.UtcNow, MostNamed);

    /// <summary>A step asks for a permit.</summary>
    [WorkflowSignal("acquire")]
    public Task AcquireAsync(PermitRequest request)
    {
        if (request.WorkflowId.Length == 0 || !Guid.TryParse(request.RunId, out _))
        {
            // Nobody could be told of the permit: a server refuses the whole task that signals such a run, again and again.
            Workflow.Logger.LogWarning("Concurrency group '{Group}': a request of '{WorkflowId}' is passed over, its run id is no UUID: '{RunId}'.", _book.View(Workflow.UtcNow, 0).Group, request.WorkflowId, request.RunId);
            return Task.CompletedTask;
        }

        (_book.Ask(request, Workflow.UtcNow) ? _grantAgain : _unheard).Add(request);
        _woken = true;
        return Task.CompletedTask;
    }

    /// <summary>A step gives its permit back, or does not want one any more.</summary>
    [WorkflowSignal("release")]
    public Task ReleaseAsync(PermitRelease release)
    {
        if (_book.Release(release) is { } report)
        {
            _reports.Add(report);
        }

        _woken = true;
        return Task.CompletedTask;
    }

    /// <summary>The group's circuit breaker has changed.</summary>
    [WorkflowSignal("breaker")]
    public Task BreakerAsync(BreakerState breaker)
    {
        _book.Hear(breaker);
        _unheard.AddRange(_book.InOrder().Take(MostNamed).Select(w => w.Request));
        _woken = true;
        return Task.CompletedTask;
    }

    /// <summary>An operator changes capacity, rate or weights; permits that are out stay out.</summary>
    [WorkflowUpdate("set")]
    public Task<SemaphoreView> SetAsync(PermitSettings settings)
    {
        _book.Set(settings);
        _woken = true;
        return Task.FromResult(State());
    }

    [WorkflowUpdateValidator(nameof(SetAsync))]
    public void ValidateSet(PermitSettings settings)
    {
        var wrong = settings.Capacity < -1 ? $"capacity {settings.Capacity}"
            : settings.RatePerMinute < -1 ? $"rate {settings.RatePerMinute} a minute"
            : settings.Weights.FirstOrDefault(w => w.Value is not (>= 0.001 and <= 1000)) is { Key: { } tenant, Value: var weight } ? string.Create(CultureInfo.InvariantCulture, $"weight {weight} of tenant '{tenant}'")
            : null;
        if (wrong is not null)
        {
            throw new ApplicationFailureException(
                $"Concurrency group '{_book.View(Workflow.UtcNow, 0).Group}': {wrong} cannot be. Expected a capacity and a rate from 0, or -1 for what pipelines declare, and weights from 0.001 to 1000. Help: give such a number.",
                ErrorTypes.FlowRefused,
                nonRetryable: true);
        }
    }

    /// <summary>Grants what may be granted, and says what there is to say. What comes meanwhile is for the next turn.</summary>
    private async Task PostAsync(string group)
    {
        var granted = _book.Grant(Workflow.UtcNow);
        var posts = granted.Select(l => l.Request).Concat(_grantAgain).Select(r => GrantAsync(r)).ToList();
        if (_book.Blocked(Workflow.UtcNow) is { } reason && _book.WaitingCount > 0)
        {
            var waiting = _book.Waiting.Select(w => w.Request.Id).ToHashSet();
            posts.AddRange(_unheard.Where(r => waiting.Contains(r.Id)).DistinctBy(r => r.Id).Select(r => SendAsync(r, "permit-wait", new PermitWait(r.Id, reason))));
        }

        posts.AddRange(_reports.Select(r => FlowSignals.StartAndSendAsync(FlowIds.Breaker(group), FlowIds.BreakerType, new BreakerStart(group), "report", r)));
        _grantAgain.Clear();
        _unheard.Clear();
        _reports.Clear();
        Workflow.CurrentDetails = Page();
        await Workflow.WhenAllAsync(posts);
    }

    private async Task GrantAsync(PermitRequest request)
    {
        if (!await SendAsync(request, "permit", new PermitGrant(request.Id)))
        {
            _book.Release(request.Id);
            _woken = true;
        }
    }

    /// <returns>Whether the run is there to hear it.</returns>
    private static async Task<bool> SendAsync(PermitRequest to, string signal, object argument)
    {
        try
        {
            await FlowSignals.SendAsync(to.WorkflowId, to.RunId, signal, argument);
            return true;
        }
        catch (FailureException e)
        {
            Workflow.Logger.LogInformation(e, "Run {WorkflowId} has ended before '{Signal}' reached it.", to.WorkflowId, signal);
            return false;
        }
    }

    private async Task WaitAsync()
    {
        var (rate, check) = (_book.WaitingCount > 0 && _book.Breaker.Phase is BreakerPhase.Closed && _book.Leases.Count < _book.Capacity ? _book.NextIn(Workflow.UtcNow) : null, _book.Leases.Count > 0 && _check is null ? CheckIn() : (TimeSpan?)null);
        var next = rate is null ? check : check is null || rate < check ? rate : check;
        if (next is { } wait)
        {
            await Workflow.WaitConditionAsync(() => _woken, wait);
        }
        else
        {
            await Workflow.WaitConditionAsync(() => _woken);
        }
    }

    private TimeSpan CheckIn() => _checkedAt + (_book.WaitingCount > 0 ? CheckEvery : CheckIdle) - Workflow.UtcNow;

    /// <summary>Takes back the permits of runs that have ended without a word: terminated, timed out, or deleted.</summary>
    private async Task CheckAsync()
    {
        PermitHolder[] holders = [.. _book.Leases.Select(l => new PermitHolder(l.Request.Id, l.Request.WorkflowId, l.Request.RunId))];
        try
        {
            foreach (var ended in await Workflow.ExecuteActivityAsync((IFlowActivities a) => a.FindEndedAsync(holders), Steps.FlowCheck))
            {
                _book.Release(ended);
            }
        }
        catch (ActivityFailureException e) when (!TemporalException.IsCanceledException(e))
        {
            Workflow.Logger.LogWarning(e, "It could not be found out who of '{WorkflowId}' still runs; it is tried again.", Workflow.Info.WorkflowId);
        }
        finally
        {
            _checkedAt = Workflow.UtcNow;
            _check = null;
            _woken = true;
        }
    }

    private string Page()
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"**{_book.Leases.Count} of {_book.Capacity}** permits are out, {_book.WaitingCount} requests wait, breaker {_book.Breaker.Phase}\n\n| run | step | since |\n|---|---|---|\n");
        foreach (var lease in _book.Leases.Take(MostNamed))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {lease.Request.WorkflowId} | {lease.Request.Step} | {lease.Since:u} |\n");
        }

        return page.ToString();
    }
}
