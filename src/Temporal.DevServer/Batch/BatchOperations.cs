using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Operation = Temporalio.Api.WorkflowService.V1.StartBatchOperationRequest.OperationOneofCase;

namespace Temporal.DevServer.Batch;

/// <summary>What a batch operation does to one workflow: the call that a client would make.</summary>
internal sealed class BatchOperations(HistoryEngine engine, LocalCalls calls)
{
    /// <summary>Who does what a batch does, in the form that a real server's worker has.</summary>
    private static readonly string Self = $"{Environment.ProcessId}@{Environment.MachineName}@";

    /// <summary>The type that a job is shown with.</summary>
    public static BatchOperationType TypeOf(StartBatchOperationRequest request) => request.OperationCase switch
    {
        Operation.TerminationOperation => BatchOperationType.TerminateWorkflow,
        Operation.SignalOperation => BatchOperationType.SignalWorkflow,
        Operation.CancellationOperation => BatchOperationType.CancelWorkflow,
        Operation.DeletionOperation => BatchOperationType.DeleteWorkflow,
        Operation.ResetOperation => BatchOperationType.ResetWorkflow,
        Operation.UpdateWorkflowOptionsOperation => BatchOperationType.UpdateWorkflowExecutionOptions,
        Operation.UnpauseActivitiesOperation => BatchOperationType.UnpauseActivity,
        Operation.ResetActivitiesOperation => BatchOperationType.ResetActivity,
        Operation.UpdateActivityOptionsOperation => BatchOperationType.UpdateActivityOptions,
        _ => BatchOperationType.Unspecified,
    };

    /// <summary>Who asked for the job.</summary>
    public static string IdentityOf(StartBatchOperationRequest request) => request.OperationCase switch
    {
        Operation.TerminationOperation => request.TerminationOperation.Identity,
        Operation.SignalOperation => request.SignalOperation.Identity,
        Operation.CancellationOperation => request.CancellationOperation.Identity,
        Operation.DeletionOperation => request.DeletionOperation.Identity,
        Operation.ResetOperation => request.ResetOperation.Identity,
        Operation.UpdateWorkflowOptionsOperation => request.UpdateWorkflowOptionsOperation.Identity,
        Operation.UnpauseActivitiesOperation => request.UnpauseActivitiesOperation.Identity,
        Operation.ResetActivitiesOperation => request.ResetActivitiesOperation.Identity,
        Operation.UpdateActivityOptionsOperation => request.UpdateActivityOptionsOperation.Identity,
        _ => "",
    };

    /// <summary>The workflows that the request lists, in whichever of its two ways.</summary>
    public static IReadOnlyList<WorkflowExecution> Targets(StartBatchOperationRequest request) =>
        [.. request.Executions, .. request.TargetExecutions.Select(e => new WorkflowExecution { WorkflowId = e.BusinessId, RunId = e.RunId })];

    /// <summary>The query for what the job works on: only reset and deletion make sense for a closed run.</summary>
    public static string Query(StartBatchOperationRequest request) =>
        request.OperationCase is Operation.ResetOperation or Operation.DeletionOperation ? request.VisibilityQuery : $"({request.VisibilityQuery}) AND (ExecutionStatus = 'Running')";

    /// <summary>Does it.</summary>
    /// <exception cref="ServiceException">It could not be done.</exception>
    public async Task ApplyAsync(BatchRecord job, WorkflowExecution target)
    {
        var request = job.Request.OperationCase == Operation.ResetOperation ? await ResetAsync(job, target).ConfigureAwait(false) : Call(job, target);
        await calls.CallAsync(request).ConfigureAwait(false);
    }

    private static IMessage Call(BatchRecord job, WorkflowExecution target)
    {
        var (ns, request) = (job.Request.Namespace, job.Request);
        return request.OperationCase switch
        {
            Operation.TerminationOperation => new TerminateWorkflowExecutionRequest
            {
                Namespace = ns,
                WorkflowExecution = target,
                Reason = request.Reason,
                Details = request.TerminationOperation.Details,
                Identity = Self,
            },
            Operation.CancellationOperation => new RequestCancelWorkflowExecutionRequest
            {
                Namespace = ns,
                WorkflowExecution = target,
                Identity = Self,
                RequestId = RequestId(job, target),
            },
            Operation.SignalOperation => new SignalWorkflowExecutionRequest
            {
                Namespace = ns,
                WorkflowExecution = target,
                SignalName = request.SignalOperation.Signal,
                Input = request.SignalOperation.Input,
                Header = request.SignalOperation.Header,
                Identity = request.SignalOperation.Identity,
                RequestId = RequestId(job, target),
            },
            Operation.DeletionOperation => new DeleteWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = target },
            Operation.UpdateWorkflowOptionsOperation => new UpdateWorkflowExecutionOptionsRequest
            {
                Namespace = ns,
                WorkflowExecution = target,
                WorkflowExecutionOptions = request.UpdateWorkflowOptionsOperation.WorkflowExecutionOptions,
                UpdateMask = request.UpdateWorkflowOptionsOperation.UpdateMask,
                Identity = request.UpdateWorkflowOptionsOperation.Identity,
            },
            Operation.UnpauseActivitiesOperation => Unpause(request.UnpauseActivitiesOperation, ns, target),
            Operation.ResetActivitiesOperation => ResetActivities(request.ResetActivitiesOperation, ns, target),
            Operation.UpdateActivityOptionsOperation => UpdateActivities(request.UpdateActivityOptionsOperation, ns, target),
            _ => throw ServiceErrors.Unimplemented($"not supported batch type: {request.OperationCase}"),
        };
    }

    private static UnpauseActivityRequest Unpause(BatchOperationUnpauseActivities operation, string ns, WorkflowExecution target)
    {
        var request = new UnpauseActivityRequest
        {
            Namespace = ns,
            Execution = target,
            Identity = operation.Identity,
            ResetAttempts = operation.ResetAttempts,
            ResetHeartbeat = operation.ResetHeartbeat,
            Jitter = operation.Jitter,
        };
        if (operation.HasType)
        {
            request.Type = operation.Type;
        }
        else
        {
            request.UnpauseAll = true;
        }

        return request;
    }

    private static ResetActivityRequest ResetActivities(BatchOperationResetActivities operation, string ns, WorkflowExecution target)
    {
        var request = new ResetActivityRequest
        {
            Namespace = ns,
            Execution = target,
            Identity = operation.Identity,
            ResetHeartbeat = operation.ResetHeartbeat,
            KeepPaused = operation.KeepPaused,
            Jitter = operation.Jitter,
            RestoreOriginalOptions = operation.RestoreOriginalOptions,
        };
        if (operation.HasType)
        {
            request.Type = operation.Type;
        }
        else
        {
            request.MatchAll = true;
        }

        return request;
    }

    private static UpdateActivityOptionsRequest UpdateActivities(BatchOperationUpdateActivityOptions operation, string ns, WorkflowExecution target)
    {
        var request = new UpdateActivityOptionsRequest
        {
            Namespace = ns,
            Execution = target,
            Identity = operation.Identity,
            ActivityOptions = operation.ActivityOptions,
            UpdateMask = operation.UpdateMask,
            RestoreOriginal = operation.RestoreOriginal,
        };
        if (operation.HasType)
        {
            request.Type = operation.Type;
        }
        else
        {
            request.MatchAll = true;
        }

        return request;
    }

    private async Task<IMessage> ResetAsync(BatchRecord job, WorkflowExecution target)
    {
        var operation = job.Request.ResetOperation;
        var options = operation.Options;
        var (runId, eventId) = (target.RunId, options?.TargetCase) switch
        {
            (var run, ResetOptions.TargetOneofCase.WorkflowTaskId) => (run, options!.WorkflowTaskId),
            (_, ResetOptions.TargetOneofCase.BuildId) => await engine.FindResetPointAsync(job.NamespaceId, target, options!.BuildId, options.CurrentRunOnly).ConfigureAwait(false),
            (var run, var point) => (run, await engine.FindWorkflowTaskAsync(
                job.NamespaceId, target, first: point is null ? operation.ResetType == ResetType.FirstWorkflowTask : point == ResetOptions.TargetOneofCase.FirstWorkflowTask).ConfigureAwait(false)),
        };
        return new ResetWorkflowExecutionRequest
        {
            Namespace = job.Request.Namespace,
            WorkflowExecution = new WorkflowExecution { WorkflowId = target.WorkflowId, RunId = runId },
            Reason = job.Request.Reason,
            RequestId = RequestId(job, target),
            WorkflowTaskFinishEventId = eventId,
            ResetReapplyType = options?.ResetReapplyType ?? operation.ResetReapplyType,
            ResetReapplyExcludeTypes = { options?.ResetReapplyExcludeTypes ?? [] },
            PostResetOperations = { operation.PostResetOperations },
            Identity = operation.Identity,
        };
    }

    private static string RequestId(BatchRecord job, WorkflowExecution target) => RequestIds.From($"{job.RunId}/{target.WorkflowId}/{target.RunId}");
}
