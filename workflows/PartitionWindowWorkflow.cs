using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Owns the lateness of one partition: takes what arrives, works it in once nothing more comes for a while, tells when the watermark has passed, and seals the partition. It
/// ends when the partition is sealed and nothing waits; whatever arrives later starts it again, and what that makes is held for an approval by the run itself.
/// </summary>
[Workflow("PartitionWindow")]
public sealed partial class PartitionWindowWorkflow
{
    /// <summary>Times that data is worked in before the workflow continues as new. One leaves some forty events.</summary>
    private const int RestatesPerHistory = 20;

    /// <summary>How often a window looks again when others kept it from working its arrivals in.</summary>
    private const int MostAttempts = 5;

    /// <summary>A stream of arrivals that never pauses is worked in after so many quiet periods all the same.</summary>
    private const int MostQuietPeriods = 10;

    private static readonly TimeSpan LeastWait = TimeSpan.FromHours(1);

    private readonly WindowRequest _request;
    private readonly List<Arrival> _pending = [];
    private readonly List<Arrival> _working = [];
    private readonly HashSet<string> _counted = [];
    private WindowState _state;
    private bool _isBehind;
    private int _told;
    private int _restates;

    [WorkflowInit]
    public PartitionWindowWorkflow(WindowRequest request)
    {
        _request = request with { State = null };
        _state = request.State ?? new WindowState { Pipeline = request.Pipeline, Partition = request.Partition };
        _pending.AddRange(_state.Pending);
    }

    [WorkflowRun]
    public async Task<WindowState> RunAsync(WindowRequest request)
    {
        if (_state.Policy is null)
        {
            var opened = await Workflow.ExecuteActivityAsync((IWindowActivities a) => a.OpenWindowAsync(_request), Steps.Plan);

            // Somebody may have extended it while it was being opened.
            _state = _state.Extensions.Count == 0 ? opened : opened with { Extensions = _state.Extensions, Policy = opened.Policy! with { SealsAt = _state.Extensions[^1].Until } };
        }

        while (_pending.Count > 0 || _isBehind || _state.SealedAt is null)
        {
            if (_pending.Count > 0)
            {
                await QuietAsync();
                await WorkInAsync();
            }
            else if (_isBehind)
            {
                Tell("waiting to try again");
                await Workflow.WaitConditionAsync(() => _pending.Count > 0, LeastWait);
                await WorkInAsync();
            }
            else if (Workflow.UtcNow >= Policy.SealsAt)
            {
                await SealAsync();
            }
            else
            {
                await WaitAsync();
            }

            if (_restates >= RestatesPerHistory || Workflow.ContinueAsNewSuggested)
            {
                await Workflow.WaitConditionAsync(() => Workflow.AllHandlersFinished);
                var next = _request with { State = State() };
                throw Workflow.CreateContinueAsNewException((PartitionWindowWorkflow w) => w.RunAsync(next));
            }
        }

        Tell("sealed");
        return State();
    }

    /// <summary>Where the window is.</summary>
    [WorkflowQuery("state")]
    public WindowState State() => _state with { Pending = [.. _working, .. _pending], Lateness = LatenessSummary.Of(_state.LatenessSeconds) };

    private WindowPolicy Policy => _state.Policy!;

    /// <summary>Waits for an arrival, for the time at which the watermark is looked at, or for that of the seal.</summary>
    private async Task WaitAsync()
    {
        var now = Workflow.UtcNow;
        var isWatching = _state.Phase is WindowPhase.Open;
        var look = !isWatching ? Policy.SealsAt
            : now < Policy.CompleteAt ? Policy.CompleteAt
            : now + Longest(LeastWait, Policy.CompleteAt - Policy.EndsAt);
        var until = look < Policy.SealsAt ? look : Policy.SealsAt;
        Tell(isWatching ? "waiting for data and the watermark" : "waiting for late data");
        var seals = Policy.SealsAt;
        if (!await Workflow.WaitConditionAsync(() => _pending.Count > 0 || Policy.SealsAt != seals, Longest(until - now, TimeSpan.FromMilliseconds(1)))
            && isWatching && Workflow.UtcNow < Policy.SealsAt)
        {
            See((await SurveyAsync()).Watermark);
        }
    }

    /// <summary>Waits until nothing more comes for a while: what arrived together is worked in together.</summary>
    private async Task QuietAsync()
    {
        Tell("collecting late data");
        await RecordAsync();
        for (var i = 0; i < MostQuietPeriods; i++)
        {
            var told = _told;
            if (!await Workflow.WaitConditionAsync(() => _told != told, Policy.Quiet))
            {
                return;
            }
        }
    }

    private async Task SealAsync()
    {
        // What nobody told of arrived in time all the same.
        var survey = await SurveyAsync();
        See(survey.Watermark);
        if (Changes(survey).Any())
        {
            _pending.AddRange(Changes(survey));
            await WorkInAsync();
        }

        if (_pending.Count == 0 && !_isBehind && Workflow.UtcNow >= Policy.SealsAt)
        {
            _state = _state with { Phase = WindowPhase.Sealed, SealedAt = Workflow.UtcNow };
            await RecordAsync();
        }
    }

    /// <summary>What of a survey is not settled yet.</summary>
    private IEnumerable<Arrival> Changes(WindowSurvey survey) =>
        survey.Touched.Contains(_request.Partition) || survey.Arrivals.Any(a => a.Kind is ArrivalKind.Equal or ArrivalKind.Gone)
            ? survey.Arrivals.Where(a => !_state.IsSettled(a))
            : [];

    private void See(DateTimeOffset? watermark)
    {
        if (watermark is not null && watermark != _state.Watermark)
        {
            _state = _state with { Watermark = watermark, WatermarkAt = Workflow.UtcNow };
        }

        if (_state is { Phase: WindowPhase.Open, Watermark: { } seen } && seen >= Policy.CompleteAt)
        {
            _state = _state with { Phase = WindowPhase.Complete };
        }
    }

    private Task<WindowSurvey> SurveyAsync() => Workflow.ExecuteActivityAsync((IWindowActivities a) => a.SurveyWindowAsync(_request), Steps.BackfillPlan);

    private Task RecordAsync()
    {
        var state = State();
        return Workflow.ExecuteActivityAsync((IWindowActivities a) => a.RecordWindowAsync(state), Steps.Record);
    }

    private void Tell(string now)
    {
        _state = _state with { Now = now };
        Workflow.CurrentDetails = WindowPage.Write(State());
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
