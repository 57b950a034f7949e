using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.History;
using Temporal.Grpc;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using Status = Temporalio.Api.ErrorDetails.V1.MultiOperationExecutionFailure.Types.OperationStatus;

namespace Temporal.DevServer.Frontend;

/// <summary>Several operations as one: a start with an update.</summary>
internal sealed class MultiOperationFrontend(NamespaceRegistry namespaces, HistoryEngine engine, StartRequests starts, RequestChecks checks)
{
    public void Map(ServiceMap map) => map.Add<ExecuteMultiOperationRequest, ExecuteMultiOperationResponse>("ExecuteMultiOperation", ExecuteAsync);

    private async ValueTask<ExecuteMultiOperationResponse> ExecuteAsync(ExecuteMultiOperationRequest request, GrpcServerCall call)
    {
        _ = namespaces.Get(request.Namespace);
        if (request.Operations is not [{ StartWorkflow: { } start }, { UpdateWorkflow: { } update }])
        {
            throw ServiceErrors.InvalidArgument("Operations have to be exactly [Start, Update].");
        }

        var (order, wanted) = Check(request, start, update);
        StartedUpdate started;
        try
        {
            started = await engine.StartWithUpdateAsync(order, wanted).ConfigureAwait(false);
        }
        catch (ServiceException e)
        {
            throw Failed(e, ToStatus(e), Aborted);
        }

        UpdateStatus status;
        try
        {
            status = await engine.WaitAsync(started, UpdateFrontend.Stage(update.WaitPolicy), call.CancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code != GrpcStatusCode.DeadlineExceeded)
        {
            throw Failed(e, new Status(), ToStatus(e));
        }

        return new ExecuteMultiOperationResponse
        {
            Responses =
            {
                new ExecuteMultiOperationResponse.Types.Response { StartWorkflow = WorkflowFrontend.ToResponse(start, started.Start) },
                new ExecuteMultiOperationResponse.Types.Response
                {
                    UpdateWorkflow = new UpdateWorkflowExecutionResponse
                    {
                        UpdateRef = new UpdateRef { WorkflowExecution = status.Execution, UpdateId = wanted.Meta.UpdateId },
                        Outcome = status.Outcome,
                        Stage = status.Stage,
                    },
                },
            },
        };
    }

    /// <summary>Checks both operations; what is wrong with one aborts the other.</summary>
    private (StartOrder, Request) Check(ExecuteMultiOperationRequest request, StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest update)
    {
        StartOrder order;
        try
        {
            CheckStart(request, start);
            order = starts.ToOrder(start);
        }
        catch (ServiceException e)
        {
            throw Failed(e, ToStatus(e), Aborted);
        }

        try
        {
            CheckUpdate(request, start, update);
            return (order, UpdateFrontend.Check(update, checks));
        }
        catch (ServiceException e)
        {
            throw Failed(e, Aborted, ToStatus(e));
        }
    }

    private static void CheckStart(ExecuteMultiOperationRequest request, StartWorkflowExecutionRequest start)
    {
        if (start.Namespace != request.Namespace)
        {
            throw ServiceErrors.InvalidArgument("Namespace does not match.");
        }

        if (start.CronSchedule.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("CronSchedule is not allowed.");
        }

        if (start.RequestEagerExecution)
        {
            throw ServiceErrors.InvalidArgument("RequestEagerExecution is not supported.");
        }

        if (Durations.Of(start.WorkflowStartDelay) > TimeSpan.Zero)
        {
            throw ServiceErrors.InvalidArgument("WorkflowStartDelay is not supported.");
        }
    }

    private static void CheckUpdate(ExecuteMultiOperationRequest request, StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest update)
    {
        if (update.Namespace != request.Namespace)
        {
            throw ServiceErrors.InvalidArgument("Namespace does not match.");
        }

        var execution = RequestChecks.Execution(update.WorkflowExecution);
        if (execution.WorkflowId != start.WorkflowId)
        {
            throw ServiceErrors.InvalidArgument("WorkflowId is not consistent with previous operation(s)");
        }

        if (execution.RunId.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("RunId is not allowed.");
        }

        if (update.FirstExecutionRunId.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("FirstExecutionRunId is not allowed.");
        }
    }

    private static Status Aborted => new()
    {
        Code = (int)GrpcStatusCode.Aborted,
        Message = "Operation was aborted.",
        Details = { new Any { TypeUrl = "type.googleapis.com/temporal.api.failure.v1.MultiOperationExecutionAborted" } },
    };

    private static Status ToStatus(ServiceException e)
    {
        var status = new Status { Code = (int)e.Code, Message = e.Message };
        if (e.Detail is not null)
        {
            status.Details.Add(new Any { TypeUrl = "type.googleapis.com/" + e.DetailType, Value = e.Detail.ToByteString() });
        }

        return status;
    }

    private static ServiceException Failed(ServiceException cause, params Status[] statuses) => new(
        cause.Code, "Update-with-Start could not be executed.", "temporal.api.errordetails.v1.MultiOperationExecutionFailure",
        new MultiOperationExecutionFailure { Statuses = { statuses } });
}
