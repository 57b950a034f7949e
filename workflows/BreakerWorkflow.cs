using System.Globalization;
using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workflows.Flow;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Circuit breaker of a concurrency group, shared by all its workers: after failures in a row nobody tries the source until a durable timer lets one try through, which
/// decides. It tells the group's semaphore, which alone lets steps begin.
/// </summary>
[Workflow(FlowIds.BreakerType)]
public sealed class BreakerWorkflow
{
    private const int EventsPerHistory = 4_000;
    private static readonly TimeSpan DefaultCooldown = TimeSpan.FromHours(1);

    private readonly string _group;
    private BreakerState _state;
    private bool _announce;
    private bool _changed;

    [WorkflowInit]
    public BreakerWorkflow(BreakerStart start)
    {
        (_group, _state) = (start.Group, start.State);
    }

    [WorkflowRun]
    public async Task RunAsync(BreakerStart start)
    {
        while (true)
        {
            _changed = false;
            await AnnounceAsync();
            if ((Workflow.CurrentHistoryLength > EventsPerHistory || Workflow.ContinueAsNewSuggested) && Workflow.AllHandlersFinished && !_announce)
            {
                var next = start with { State = _state };
                throw Workflow.CreateContinueAsNewException((BreakerWorkflow w) => w.RunAsync(next));
            }

            if (_state is not { Phase: BreakerPhase.Open, OpenUntil: { } until })
            {
                await Workflow.WaitConditionAsync(() => _changed);
            }
            else if (until - Workflow.UtcNow is { } left && (left <= TimeSpan.Zero || !await Workflow.WaitConditionAsync(() => _changed, left)))
            {
                await ChangeAsync(BreakerMachine.AfterCooldown(_state));
            }
        }
    }

    /// <summary>Where the breaker is.</summary>
    [WorkflowQuery("state")]
    public BreakerState State() => _state;

    /// <summary>A try failed or succeeded.</summary>
    [WorkflowSignal("report")]
    public Task ReportAsync(BreakerReport report)
    {
        var before = _state.Phase;
        _state = BreakerMachine.After(_state, report, Workflow.UtcNow);
        _announce |= report.IsProbe || before != _state.Phase || report.Known != _state.Phase;
        _changed = true;
        return Task.CompletedTask;
    }

    /// <summary>Opens it by hand, for example before the source is taken down.</summary>
    [WorkflowUpdate("open")]
    public Task<BreakerState> OpenAsync(BreakerOrder order) =>
        ChangeAsync(BreakerMachine.Opened(_state with { Why = $"opened by {order.By}: {order.Reason}" }, order.Cooldown ?? _state.Rule?.Cooldown ?? DefaultCooldown, Workflow.UtcNow));

    [WorkflowUpdateValidator(nameof(OpenAsync))]
    public void ValidateOpen(BreakerOrder order) => Validate(order);

    /// <summary>Closes it by hand: the source is known to work again.</summary>
    [WorkflowUpdate("close")]
    public Task<BreakerState> CloseAsync(BreakerOrder order) => ChangeAsync(new BreakerState { Rule = _state.Rule });

    [WorkflowUpdateValidator(nameof(CloseAsync))]
    public void ValidateClose(BreakerOrder order) => Validate(order);

    private static void Validate(BreakerOrder order)
    {
        if (order.By is not { Length: > 0 } || order.Reason is not { Length: > 0 } || order.Cooldown <= TimeSpan.Zero)
        {
            throw new ApplicationFailureException(
                $"A breaker is opened and closed by somebody ('by'), for a reason ('reason'), for a time above zero: seen '{order.By}', '{order.Reason}', {order.Cooldown}. Help: give both.",
                ErrorTypes.FlowRefused,
                nonRetryable: true);
        }
    }

    private Task<BreakerState> ChangeAsync(BreakerState state)
    {
        _state = state;
        _announce = _changed = true;
        return Task.FromResult(state);
    }

    private async Task AnnounceAsync()
    {
        Workflow.CurrentDetails = string.Create(CultureInfo.InvariantCulture, $"**{_state.Phase}**, {_state.Failures} failures in a row{(_state.OpenUntil is { } until ? $", one try at {until:u}" : "")}\n\n{_state.Why}\n");
        if (!_announce)
        {
            return;
        }

        _announce = false;
        try
        {
            await FlowSignals.SendAsync(FlowIds.Semaphore(_group), null, "breaker", _state);
        }
        catch (FailureException e)
        {
            // Nobody asks for permits of the group: nobody to keep back.
            Workflow.Logger.LogInformation(e, "Breaker of '{Group}' has no semaphore to tell.", _group);
        }
    }
}
