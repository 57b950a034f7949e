using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>How what arrived is worked in.</content>
public sealed partial class PartitionWindowWorkflow
{
    /// <summary>Name of the backfill that all windows of a pipeline share, so that what arrived together is made together and nothing is made twice.</summary>
    private const string Late = "late";

    private const int MostRestates = 20;
    private const int MostSamples = 200;
    private const int MostSettled = 100;

    /// <summary>
    /// Works in what is pending: makes the touched partitions again, each with those behind it whose windows it lies in, by the runs that everybody else would start too. Objects
    /// that say what was known already make nothing.
    /// </summary>
    private async Task WorkInAsync()
    {
        Tell("working late data in");
        _working.AddRange(_pending);
        _pending.Clear();
        if (!_isBehind)
        {
            _counted.Clear();
        }

        var survey = await SurveyAsync();
        Account(survey);
        for (var attempt = 0; attempt < MostAttempts && survey.Touched.Contains(_request.Partition); attempt++)
        {
            if (await MakeAsync(survey.Touched) is { } restate)
            {
                _restates++;
                _state = _state with
                {
                    RestateCount = _state.RestateCount + 1,
                    RestatedRows = _state.RestatedRows + restate.Rows,
                    Restates = [.. _state.Restates.Append(restate).TakeLast(MostRestates)],
                };
            }

            survey = await SurveyAsync();
        }

        See(survey.Watermark);
        _isBehind = survey.Touched.Contains(_request.Partition);
        _working.Clear();
        await RecordAsync();
    }

    /// <summary>Runs partitions as one backfill; null when somebody else's went on, which may have begun before the arrivals.</summary>
    private async Task<WindowRestate?> MakeAsync(IReadOnlyList<string> partitions)
    {
        var request = new BackfillRequest { Pipeline = _request.Pipeline, Name = Late, Partitions = partitions, Approved = true, Lane = RunLane.Late };
        var began = Workflow.UtcNow;
        ChildWorkflowHandle<BackfillWorkflow, BackfillProgress> backfill;
        try
        {
            backfill = await Workflow.StartChildWorkflowAsync(
                (BackfillWorkflow w) => w.RunAsync(request),
                new ChildWorkflowOptions
                {
                    Id = request.WorkflowId,
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    StaticSummary = $"{_request.Pipeline} late data: {(partitions is [var only] ? only : $"{partitions.Count} partitions")}",
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            await Workflow.ExecuteActivityAsync((IWindowActivities a) => a.AwaitBackfillAsync(request.WorkflowId), Steps.AwaitRun);
            return null;
        }

        try
        {
            var progress = await backfill.GetResultAsync();
            return new WindowRestate(began, partitions, progress.Published, progress.Failed, progress.Held, progress.Rows);
        }
        catch (ChildWorkflowFailureException e) when (!TemporalException.IsCanceledException(e))
        {
            // Cancelled or terminated by hand, or a pipeline that cannot be read: the arrivals stay what they are, and the next look finds them.
            Workflow.Logger.LogWarning(e, "Late data of {WorkflowId} could not be worked in.", Workflow.Info.WorkflowId);
            return new WindowRestate(began, partitions, 0, partitions.Count, 0, 0);
        }
    }

    /// <summary>Counts arrivals: those that were told, as the survey sees them, and those that it found besides.</summary>
    private void Account(WindowSurvey survey)
    {
        var found = survey.Arrivals.Where(a => !_state.IsSettled(a)).ToArray();
        var all = _working.Select(t => found.FirstOrDefault(f => f.Uri == t.Uri) is { } seen ? seen with { ArrivedAt = t.ArrivedAt ?? seen.ArrivedAt } : t)
            .Concat(found.Where(f => _working.All(t => t.Uri != f.Uri)))
            .Where(a => _counted.Add(a.Identity()))
            .ToArray();
        var came = all.Where(a => a.Kind is not ArrivalKind.Gone).ToArray();
        _state = _state with
        {
            Arrivals = _state.Arrivals + came.Length,
            EqualValues = _state.EqualValues + came.Count(a => a.Kind is ArrivalKind.Equal),
            LateArrivals = _state.LateArrivals + (_state.Phase is WindowPhase.Open ? 0 : came.Length),
            Corrections = _state.Corrections + (_state.SealedAt is null ? 0 : came.Count(a => a.Kind is not ArrivalKind.Equal)),
            Gone = [.. _state.Gone.Concat(all.Where(a => a.Kind is ArrivalKind.Gone).Select(a => a.Uri)).Distinct().TakeLast(MostSettled)],
            Settled = [.. _state.Settled.Concat(found.Where(a => a.Kind is ArrivalKind.Equal or ArrivalKind.Gone).Select(a => a.Identity())).Distinct().TakeLast(MostSettled)],
            LatenessSeconds = [.. _state.LatenessSeconds.Concat(came.Select(a => ((a.ArrivedAt ?? Workflow.UtcNow) - Policy.EndsAt).TotalSeconds)).TakeLast(MostSamples)],
        };
    }
}
