using Google.Protobuf;
using Temporal.DevServer.Batch;
using Temporal.DevServer.History;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Batch.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Operation = Temporalio.Api.WorkflowService.V1.StartBatchOperationRequest.OperationOneofCase;

namespace Temporal.DevServer.Frontend;

/// <summary>Batch operations.</summary>
internal sealed class BatchFrontend(NamespaceRegistry namespaces, BatchHost batches)
{
    private const int LargestPage = 1000;
    private const string TypeOrAll = "Either activity type must be set, or match all should be set to true";

    public void Map(ServiceMap map)
    {
        map.Add<StartBatchOperationRequest, StartBatchOperationResponse>("StartBatchOperation", async r =>
        {
            var ns = namespaces.Get(r.Namespace);
            RequireJob(r.JobId);
            Check(r);
            await batches.StartAsync(ns, r).ConfigureAwait(false);
            return new StartBatchOperationResponse();
        });
        map.Add<StopBatchOperationRequest, StopBatchOperationResponse>("StopBatchOperation", async r =>
        {
            var ns = namespaces.Get(r.Namespace);
            RequireJob(r.JobId);
            if (r.Reason.Length == 0)
            {
                throw ServiceErrors.InvalidArgument("Reason is not set on request.");
            }

            await batches.StopAsync(ns, r.JobId).ConfigureAwait(false);
            return new StopBatchOperationResponse();
        });
        map.Add<DescribeBatchOperationRequest, DescribeBatchOperationResponse>("DescribeBatchOperation", r =>
        {
            var ns = namespaces.Get(r.Namespace);
            RequireJob(r.JobId);
            return Description(batches.Describe(ns, r.JobId));
        });
        map.Add<ListBatchOperationsRequest, ListBatchOperationsResponse>("ListBatchOperations", List);
    }

    private ListBatchOperationsResponse List(ListBatchOperationsRequest request)
    {
        var after = request.NextPageToken.ToStringUtf8();
        var all = batches.List(namespaces.Get(request.Namespace)).ToList();
        var from = after.Length == 0 ? 0 : all.FindIndex(r => r.Request.JobId == after) + 1;
        var size = request.PageSize is > 0 and <= LargestPage ? request.PageSize : LargestPage;
        var page = all.Skip(from).Take(size).ToList();
        return new ListBatchOperationsResponse
        {
            OperationInfo =
            {
                page.Select(r => new BatchOperationInfo
                {
                    JobId = r.Request.JobId,
                    State = (BatchOperationState)r.State,
                    StartTime = Durations.Wire(new DateTime(r.StartTicks, DateTimeKind.Utc)),
                    CloseTime = Closed(r),
                    OperationType = BatchOperations.TypeOf(r.Request),
                }),
            },
            NextPageToken = from + size < all.Count ? ByteString.CopyFromUtf8(page[^1].Request.JobId) : ByteString.Empty,
        };
    }

    private static DescribeBatchOperationResponse Description(BatchRecord record) => new()
    {
        OperationType = BatchOperations.TypeOf(record.Request),
        JobId = record.Request.JobId,
        State = (BatchOperationState)record.State,
        StartTime = Durations.Wire(new DateTime(record.StartTicks, DateTimeKind.Utc)),
        CloseTime = Closed(record),
        TotalOperationCount = record.Total,
        CompleteOperationCount = record.Completed,
        FailureOperationCount = record.Failed,
        Identity = BatchOperations.IdentityOf(record.Request),
        Reason = record.Request.Reason,
        Query = record.Request.VisibilityQuery,
        Executions =
        {
            BatchOperations.Targets(record.Request).Select(t => new Execution { Type = ExecutionType.Workflow, BusinessId = t.WorkflowId, RunId = t.RunId }),
        },
    };

    private static Google.Protobuf.WellKnownTypes.Timestamp? Closed(BatchRecord record) =>
        record.CloseTicks == 0 ? null : Durations.Wire(new DateTime(record.CloseTicks, DateTimeKind.Utc));

    private static void RequireJob(string jobId)
    {
        if (jobId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("JobId is not set on request.");
        }
    }

    private static void Check(StartBatchOperationRequest request)
    {
        var ways = (request.VisibilityQuery.Length > 0 ? 1 : 0) + (request.Executions.Count > 0 ? 1 : 0) + (request.TargetExecutions.Count > 0 ? 1 : 0);
        if (request.OperationCase == Operation.None || request.Reason.Length == 0 || ways == 0)
        {
            throw ServiceErrors.InvalidArgument("must provide required parameters: BatchType,Reason,Namespace, AND one of (Query OR Executions OR TargetExecutions)");
        }

        if (ways > 1)
        {
            throw ServiceErrors.InvalidArgument("visibility query, executions, and target executions are mutually exclusive");
        }

        var problem = request.OperationCase switch
        {
            Operation.SignalOperation when request.SignalOperation.Signal.Length == 0 => "must provide signal name",
            Operation.ResetOperation => ResetProblem(request.ResetOperation),
            Operation.UpdateWorkflowOptionsOperation when request.UpdateWorkflowOptionsOperation.WorkflowExecutionOptions is null => "must provide UpdateOptions",
            Operation.UpdateWorkflowOptionsOperation when request.UpdateWorkflowOptionsOperation.UpdateMask is null => "must provide UpdateMask",
            Operation.UnpauseActivitiesOperation => UnpauseProblem(request.UnpauseActivitiesOperation),
            Operation.ResetActivitiesOperation => ResetProblem(request.ResetActivitiesOperation),
            Operation.UpdateActivityOptionsOperation => UpdateProblem(request.UpdateActivityOptionsOperation),
            _ => null,
        };
        if (problem is not null)
        {
            throw ServiceErrors.InvalidArgument(problem);
        }

        if (BatchOperations.TypeOf(request) == BatchOperationType.Unspecified)
        {
            throw ServiceErrors.Unimplemented($"StartBatchOperation: {request.OperationCase} is not supported by this server, which has no activities without a workflow");
        }
    }

    private static string? ResetProblem(BatchOperationReset reset) =>
        reset.Options is { } options ? options.TargetCase == ResetOptions.TargetOneofCase.None ? "batch reset missing target" : null
        : reset.ResetType is ResetType.FirstWorkflowTask or ResetType.LastWorkflowTask ? null
        : $"unknown batch reset type {reset.ResetType}";

    private static string? UnpauseProblem(BatchOperationUnpauseActivities unpause) => unpause.ActivityCase switch
    {
        BatchOperationUnpauseActivities.ActivityOneofCase.None => "activity filter must be set",
        _ => unpause.Type.Length > 0 || unpause.MatchAll ? null : TypeOrAll,
    };

    private static string? ResetProblem(BatchOperationResetActivities reset) => reset.ActivityCase switch
    {
        BatchOperationResetActivities.ActivityOneofCase.None => "must provide ActivityType or MatchAll",
        _ => reset.Type.Length > 0 || reset.MatchAll ? null : TypeOrAll,
    };

    private static string? UpdateProblem(BatchOperationUpdateActivityOptions update) =>
        update.ActivityOptions is not null && update.RestoreOriginal ? "cannot set both activity options and restore original"
        : update.ActivityOptions is null && !update.RestoreOriginal ? "Either activity type must be set, or restore original should be set to true"
        : update.Type.Length > 0 || update.MatchAll || update.ActivityCase == BatchOperationUpdateActivityOptions.ActivityOneofCase.None ? null
        : TypeOrAll;
}
