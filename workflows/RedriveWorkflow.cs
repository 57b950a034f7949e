using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Holds rows that were kept aside against today's contracts and code: the partitions they belong to are run again, whole, so that a row is published or kept aside but
/// never both, however often this is called. Then it tells which rows are fixed and which still fail.
/// </summary>
[Workflow("Redrive")]
public sealed class RedriveWorkflow
{
    private RedriveReport _report = new() { Phase = "planning" };
    private RedriveRequest? _request;

    [WorkflowRun]
    public async Task<RedriveReport> RunAsync(RedriveRequest request)
    {
        _request = request;
        var plan = await Workflow.ExecuteActivityAsync((IRedriveActivities a) => a.PlanRedriveAsync(request), Steps.For(Steps.BackfillPlan, "look at what is kept aside"));
        Labels.Tell(plan.Labels, plan.Labels?.Updates(request.Pipeline, request.Partition) ?? []);
        if (plan.Partitions.Count == 0)
        {
            return Tell(new RedriveReport { Phase = "completed", Problems = plan.Problems });
        }

        Tell(new RedriveReport { Phase = "running", Partitions = plan.Partitions.Count, Problems = plan.Problems });
        var backfill = new BackfillRequest
        {
            Pipeline = request.Pipeline,
            // Not by the run id where it can be helped: a reset gives another one, and what was started before has this name.
            Name = "redrive-" + (Workflow.Patched("redrive-name") ? Workflow.NewGuid().ToString() : Workflow.Info.RunId),
            Partitions = plan.Partitions,
            Selection = BackfillSelection.All,
            Order = BackfillOrder.Dependency,
            Concurrency = request.Concurrency,
            Approved = true,
        };
        var ran = await Workflow.ExecuteChildWorkflowAsync<BackfillProgress>(
            "Backfill",
            [backfill],
            new ChildWorkflowOptions
            {
                Id = backfill.WorkflowId,
                CancellationType = ChildWorkflowCancellationType.WaitCancellationCompleted,
                ParentClosePolicy = ParentClosePolicy.RequestCancel,
                StaticSummary = $"redrive of {request.Pipeline}",
                TypedSearchAttributes = plan.Labels?.AtStart(request.Pipeline, null),
            });

        Labels.Tell(plan.Labels, PipelineAttributes.Rows.ValueSet(ran.Rows));
        Tell(_report with { Phase = "comparing", Published = ran.Published, Failed = ran.Failed, Held = ran.Held });
        var compared = await Workflow.ExecuteActivityAsync((IRedriveActivities a) => a.CompareRedriveAsync(new RedriveComparison(request, plan)), Steps.For(Steps.BackfillPlan, "compare"));
        return Tell(compared with { Phase = "completed", Published = ran.Published, Failed = ran.Failed, Held = ran.Held });
    }

    /// <summary>Where the redrive is.</summary>
    [WorkflowQuery("progress")]
    public RedriveReport Progress() => _report;

    /// <summary>What was asked for, so that whoever asks for the same again can wait for it.</summary>
    [WorkflowQuery("request")]
    public RedriveRequest? Request() => _request;

    private RedriveReport Tell(RedriveReport report)
    {
        _report = report;
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"**{report.Phase}**: {report.Partitions} partitions, {report.Published} published, {report.Failed} failed, {report.Held} held\n\n| dataset | partition | before | released | still failing | new |\n|---|---|---|---|---|---|\n");
        foreach (var o in report.Outcomes)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{o.Dataset}` | {o.Partition} | {o.Before} | {o.Released} | {o.StillFailing} | {o.New} |\n");
        }

        foreach (var problem in report.Problems)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n- {problem}\n");
        }

        Workflow.CurrentDetails = page.ToString();
        return report;
    }
}
