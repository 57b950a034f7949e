using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>The service as a worker behind a gate sees it.</summary>
internal sealed class GatedService(TemporalConnection connection, Gate gate) : WorkflowService.Core(connection)
{
    protected override async Task<T> InvokeRpcAsync<T>(string rpc, IMessage req, MessageParser<T> resp, RpcOptions? options = null)
    {
        var cancel = options?.CancellationToken ?? CancellationToken.None;
        if (gate.IsDead)
        {
            throw new RpcException(RpcException.StatusCode.Unavailable, "the worker is gone", null);
        }

        switch (req)
        {
            case PollWorkflowTaskQueueRequest poll:
                return (T)(IMessage)await PollAsync(poll, options ?? new(), cancel);

            case RespondWorkflowTaskCompletedRequest or RespondQueryTaskCompletedRequest:
                gate.BeforeHandIn();
                try
                {
                    var answer = await base.InvokeRpcAsync(rpc, req, resp, options);
                    var completion = req as RespondWorkflowTaskCompletedRequest;
                    gate.AfterHandIn(
                        completion is null || completion.StickyAttributes is not null,
                        answer is RespondWorkflowTaskCompletedResponse { WorkflowTask.TaskToken.IsEmpty: false });
                    return answer;
                }
                catch (RpcException e) when (!gate.IsDead)
                {
                    gate.Failed($"{rpc}: {e.Message}");
                    throw;
                }

            case RespondWorkflowTaskFailedRequest failed:
                gate.Failed($"workflow task failed: {failed.Failure}");
                break;
        }

        return await base.InvokeRpcAsync(rpc, req, resp, options);
    }

    private async Task<PollWorkflowTaskQueueResponse> PollAsync(PollWorkflowTaskQueueRequest poll, RpcOptions options, CancellationToken cancel)
    {
        while (true)
        {
            if (await gate.EnterAsync(poll.TaskQueue.Kind, cancel) is not { } turn)
            {
                // The worker asks again until it has seen that it is to stop.
                await Task.Delay(5, CancellationToken.None);
                return new();
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, turn.Over);
            var call = (RpcOptions)options.Clone();
            call.CancellationToken = either.Token;
            PollWorkflowTaskQueueResponse? task = null;
            try
            {
                while (task is null or { TaskToken.IsEmpty: true })
                {
                    task = await base.InvokeRpcAsync("PollWorkflowTaskQueue", poll, PollWorkflowTaskQueueResponse.Parser, call);
                }
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                continue;
            }
            finally
            {
                turn.Leave();
            }

            await gate.TookAsync(turn, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId);
            return task;
        }
    }
}
