using System.Text.Json.Nodes;
using Lakehouse;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.RollingBack;

/// <summary>Gives partitions of one table back what they had before a run. Refuses, and changes nothing, when somebody has changed them since the plan was made.</summary>
internal sealed class RestoreStep(PipelineSpec spec, LakeRoot lake)
{
    public async Task<long> RunAsync(RollbackStepRequest request, CancellationToken cancellationToken)
    {
        var (plan, step) = (request.Plan, request.Table);
        var table = lake.Tables.Table(step.Table);
        var commit = (await table.CommitsAsync(step.Version - 1, step.Version, cancellationToken))[0];
        var partitions = step.Partitions.ToHashSet(StringComparer.Ordinal);
        var appId = PublishStep.AppIdOf(spec.Name, step.Dataset, plan.Request.Partition);

        // Held until the commit is there: a vacuum must not take what is to come back.
        await using var pin = await ReaderPin.TakeAsync(table, step.Version - 1, cancellationToken: cancellationToken);
        FailPoint.Hit("rollback.before-commit");
        var restored = await table.CommitAsync(
            new CommitRequest
            {
                Id = $"{request.WorkflowRunId}/{step.Table}",
                Transaction = new TransactionAction(appId, step.Epoch, null),
                Operation = "RESTORE",
                Info = new JsonObject { ["workflowId"] = plan.Request.WorkflowId, ["runId"] = request.WorkflowRunId, ["takenBack"] = plan.RunId },
                Changes = _ => [],
                Veto = (head, token) => ChangedAsync(table, commit, head, partitions, token),
                Work = (transaction, _) => Task.FromResult(PartitionRestore.Stage(transaction, pin.Snapshot, partitions)),
            },
            cancellationToken);
        FailPoint.Hit("rollback.after-commit");
        return restored.Version ?? throw new ApplicationFailureException(
            $"Table '{step.Table}': {restored.Refusal}. What was there before does not come back. Help: look at the partition with 'orchestrator plan' and decide again.", ErrorTypes.RollbackRefused, nonRetryable: true);
    }

    private static async Task<string?> ChangedAsync(DeltaTable table, DeltaCommit commit, DeltaSnapshot head, HashSet<string> partitions, CancellationToken cancellationToken) =>
        (await RollbackPlanner.RemadeAsync(table, commit, head, cancellationToken)).Where(r => r.Partition is null || partitions.Contains(r.Partition)).Select(r => $"version {r.Version} ({r.By}) has changed partition '{r.Partition}' since").FirstOrDefault();
}
