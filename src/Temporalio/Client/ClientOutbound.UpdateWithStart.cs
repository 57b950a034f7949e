using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Interceptors;
using Temporalio.Exceptions;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    private const string MultiOperationDetail = "temporal.api.errordetails.v1.MultiOperationExecutionFailure";
    private const string MultiOperationAbortedDetail = ".MultiOperationExecutionAborted";

    /// <inheritdoc/>
    public override async Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(
        StartUpdateWithStartWorkflowInput input)
    {
        var operation = input.Options.StartWorkflowOperation
            ?? throw new ArgumentException("StartWorkflowOperation is required for an update-with-start.", nameof(input));
        CheckStart(operation.Options);
        operation.MarkUsed();
        try
        {
            var start = await ToStartRequestAsync(operation.Workflow, operation.Args, operation.Options, operation.Headers).ConfigureAwait(false);
            var update = await ToUpdateRequestAsync(
                start.WorkflowId, null, null, input.Update, input.Args, input.Options, input.Options.WaitForStage, input.Headers).ConfigureAwait(false);
            var (started, updated) = await UpdateErrors.TranslateAsync(
                () => ExecuteAsync(start, update, operation, Retrying(input.Options.Rpc))).ConfigureAwait(false);
            operation.SetHandle(StartedHandle(start, started));
            return await ToUpdateHandleAsync<TUpdateResult>(update, updated, input.Options.WaitForStage, input.Options.Rpc).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            operation.SetException(e);
            throw;
        }
    }

    private static void CheckStart(WorkflowOptions options)
    {
        if (options.IdConflictPolicy == WorkflowIdConflictPolicy.Unspecified)
        {
            throw new ArgumentException("IdConflictPolicy is required for an update-with-start.", nameof(options));
        }

        if (options.StartSignal is not null || options.RequestEagerStart || options.Rpc is not null)
        {
            throw new ArgumentException("StartSignal, RequestEagerStart and Rpc of the workflow's options are not allowed for an update-with-start.", nameof(options));
        }
    }

    private WorkflowHandle StartedHandle(StartWorkflowExecutionRequest start, StartWorkflowExecutionResponse started) =>
        new(_client, start.WorkflowId, null, started.RunId, started.Started ? started.RunId : null);

    private async Task<(StartWorkflowExecutionResponse Started, UpdateWorkflowExecutionResponse Updated)> ExecuteAsync(
        StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest update, WithStartWorkflowOperation operation, RpcOptions rpc)
    {
        var request = new ExecuteMultiOperationRequest
        {
            Namespace = Namespace,
            Operations =
            {
                new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = start },
                new ExecuteMultiOperationRequest.Types.Operation { UpdateWorkflow = update },
            },
        };
        try
        {
            while (true)
            {
                // Request id and update id make it safe to send the same request until the server has news of the update.
                var response = await Service.ExecuteMultiOperationAsync(request, rpc).ConfigureAwait(false);
                var started = response.Responses.First(r => r.StartWorkflow is not null).StartWorkflow;
                var updated = response.Responses.First(r => r.UpdateWorkflow is not null).UpdateWorkflow;
                operation.SetHandle(StartedHandle(start, started));
                if (updated.Stage >= UpdateWorkflowExecutionLifecycleStage.Accepted || updated.Outcome is not null)
                {
                    return (started, updated);
                }
            }
        }
        catch (RpcException e) when (FirstReal(e) is { } real)
        {
            throw (Exception?)AlreadyStarted(real, start.WorkflowId, start.WorkflowType.Name) ?? real;
        }
    }

    // A failed pair carries one status per operation; the one that was merely taken back with the other says nothing.
    private static RpcException? FirstReal(RpcException error)
    {
        if (error.DetailOrNull(MultiOperationDetail, MultiOperationExecutionFailure.Parser) is not { } failure)
        {
            return null;
        }

        var status = failure.Statuses.FirstOrDefault(s =>
            s.Code != 0 && !s.Details.Any(d => d.TypeUrl.EndsWith(MultiOperationAbortedDetail, StringComparison.Ordinal)));
        return status is null
            ? null
            : new RpcException(
                (RpcException.StatusCode)status.Code, status.Message,
                new GrpcStatus { Code = status.Code, Message = status.Message, Details = { status.Details } }.ToByteArray());
    }
}
