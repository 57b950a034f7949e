using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client.Interceptors;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    /// <inheritdoc/>
    public override async Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input)
    {
        var request = await ToUpdateRequestAsync(
            input.Id, input.RunId, input.FirstExecutionRunId, input.Update, input.Args, input.Options, input.Options.WaitForStage, input.Headers)
            .ConfigureAwait(false);
        var rpc = Retrying(input.Options.Rpc);
        var response = await UpdateErrors.TranslateAsync(async () =>
        {
            while (true)
            {
                // The update id makes it safe to send the same request until the server has news of it.
                var answer = await Service.UpdateWorkflowExecutionAsync(request, rpc).ConfigureAwait(false);
                if (answer.Stage >= UpdateWorkflowExecutionLifecycleStage.Accepted || answer.Outcome is not null)
                {
                    return answer;
                }
            }
        }).ConfigureAwait(false);
        return await ToUpdateHandleAsync<TResult>(request, response, input.Options.WaitForStage, input.Options.Rpc).ConfigureAwait(false);
    }

    private async Task<WorkflowUpdateHandle<TResult>> ToUpdateHandleAsync<TResult>(
        UpdateWorkflowExecutionRequest request, UpdateWorkflowExecutionResponse response, WorkflowUpdateStage waitForStage, RpcOptions? rpc)
    {
        var workflow = response.UpdateRef?.WorkflowExecution ?? request.WorkflowExecution;
        var handle = new WorkflowUpdateHandle<TResult>(
            _client, request.Request.Meta.UpdateId, workflow.WorkflowId, workflow.RunId.Length == 0 ? null : workflow.RunId)
        {
            KnownOutcome = response.Outcome,
        };
        return handle.KnownOutcome is null && waitForStage == WorkflowUpdateStage.Completed
            ? handle with { KnownOutcome = await handle.PollUntilOutcomeAsync(rpc).ConfigureAwait(false) }
            : handle;
    }

    private async Task<UpdateWorkflowExecutionRequest> ToUpdateRequestAsync(
        string workflowId, string? runId, string? firstExecutionRunId, string update, IReadOnlyCollection<object?> args,
        WorkflowUpdateOptions options, WorkflowUpdateStage waitForStage, IDictionary<string, Api.Common.V1.Payload>? headers)
    {
        var stage = waitForStage switch
        {
            WorkflowUpdateStage.Accepted => UpdateWorkflowExecutionLifecycleStage.Accepted,
            WorkflowUpdateStage.Completed => UpdateWorkflowExecutionLifecycleStage.Completed,
            WorkflowUpdateStage.Admitted => throw new ArgumentException("WaitForStage Admitted is not supported. Help: use Accepted or Completed.", nameof(waitForStage)),
            _ => throw new ArgumentException("WaitForStage is required. Help: use Accepted or Completed.", nameof(waitForStage)),
        };
        var converter = ConverterFor(workflowId);
        return new()
        {
            Namespace = Namespace,
            WorkflowExecution = new() { WorkflowId = workflowId, RunId = runId ?? string.Empty },
            FirstExecutionRunId = firstExecutionRunId ?? string.Empty,
            WaitPolicy = new() { LifecycleStage = stage },
            Request = new()
            {
                Meta = new() { UpdateId = options.Id ?? Guid.NewGuid().ToString(), Identity = Identity },
                Input = new()
                {
                    Name = update,
                    Args = await CheckedAsync($"Arguments of update '{update}'", ToPayloadsAsync(converter, args)).ConfigureAwait(false),
                    Header = await ToHeaderAsync(converter, headers).ConfigureAwait(false),
                },
            },
        };
    }
}
