using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Takes back what the last run published of a partition: its tables get back what they had before, in graph order, and whatever was made from what is taken back counts as older than its inputs.
/// It has the id of the partition's runs, so that none goes on meanwhile; once begun it is not cancelled, as half of it would help nobody.
/// </summary>
[Workflow("Rollback")]
public sealed class RollbackWorkflow
{
    private readonly List<string> _done = [];
    private readonly Dictionary<string, long> _versions = [];
    private string _step = "plan";

    [WorkflowRun]
    public async Task<RunResult> RunAsync(RollbackRequest request)
    {
        Tell("plan", null);
        var plan = await Workflow.ExecuteActivityAsync((IRollbackActivities a) => a.PlanRollbackAsync(request), Steps.For(Steps.RollbackPlan, request.Partition));
        Labels.Tell(plan.Labels, plan.Labels?.Updates(request.Pipeline, request.Partition) ?? []);
        try
        {
            foreach (var table in plan.Tables)
            {
                Tell($"restore {table.Table}", plan);
                var step = new RollbackStepRequest(plan, table, Workflow.Info.RunId);
                _versions[table.Table] = await Workflow.ExecuteActivityAsync((IRollbackActivities a) => a.RestoreTableAsync(step), Steps.For(Steps.Restore, table.Table));
            }
        }
        catch (ActivityFailureException e) when (_versions.Count > 0)
        {
            await RecordAsync(plan, new RunResult { Request = new RunRequest(request.Pipeline, request.Partition), Status = RunStatus.Failed, Reason = e.InnerException?.Message ?? e.Message, Datasets = Restored(plan) });
            throw;
        }

        var result = new RunResult
        {
            Request = new RunRequest(request.Pipeline, request.Partition),
            Status = RunStatus.Published,
            Notes = [$"what run '{plan.RunId}' published was taken back by {request.By}: {request.Reason}", .. plan.Readers.Select(r => $"made from it and to be made again: '{r.Partition}' of pipeline '{r.Pipeline}'")],
            Datasets = Restored(plan),
        };
        await RecordAsync(plan, result);
        Tell("done", plan);
        return result;
    }

    /// <summary>How far the rollback is.</summary>
    [WorkflowQuery("progress")]
    public RunProgress Progress() => new() { Step = _step, Done = [.. _done] };

    /// <summary>The datasets' own tables, with where the rows went that are back.</summary>
    private IReadOnlyList<DatasetResult> Restored(RollbackPlan plan) =>
    [
        .. plan.Tables.Where(t => t.Table == t.Dataset && _versions.ContainsKey(t.Table)).Select(t => new DatasetResult(
            t.Dataset,
            _versions[t.Table],
            t.Partitions,
            plan.Before.FirstOrDefault(b => b.Dataset == t.Dataset)?.Counts ?? new RowCounts { Read = 0, Published = 0, Quarantined = 0, Dropped = new Dictionary<string, long>() },
            [])),
    ];

    private Task RecordAsync(RollbackPlan plan, RunResult result)
    {
        Tell("record", plan);
        var entry = plan.Entry with
        {
            Result = result,
            RunId = Workflow.Info.RunId,
            TakenBack = new TakenBack(plan.RunId, plan.Request.By, plan.Request.Reason, plan.Readers),
            Outdated = null,
            StartedAt = Workflow.Info.WorkflowStartTime,
            EndedAt = Workflow.UtcNow,
        };
        return Workflow.ExecuteActivityAsync((IPipelineActivities a) => a.RecordRunAsync(entry), Steps.Record);
    }

    private void Tell(string step, RollbackPlan? plan)
    {
        if (step != _step)
        {
            _done.Add(_step);
            _step = step;
        }

        var page = new StringBuilder($"**Now:** {step}\n\n");
        foreach (var table in plan?.Tables ?? [])
        {
            page.Append(CultureInfo.InvariantCulture, $"- `{table.Table}`: version {table.Version} is taken back in {string.Join(", ", table.Partitions)}{(_versions.TryGetValue(table.Table, out var version) ? string.Create(CultureInfo.InvariantCulture, $" by version {version}") : "")}\n");
        }

        foreach (var reader in plan?.Readers ?? [])
        {
            page.Append(CultureInfo.InvariantCulture, $"- to be made again: '{reader.Partition}' of `{reader.Pipeline}`\n");
        }

        Workflow.CurrentDetails = page.ToString();
    }
}
