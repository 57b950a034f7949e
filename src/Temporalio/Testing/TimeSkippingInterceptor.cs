using Temporalio.Client;
using Temporalio.Client.Interceptors;

namespace Temporalio.Testing;

/// <summary>Gives out handles that skip time while they wait for a result.</summary>
internal sealed class TimeSkippingInterceptor(TimeSkippingEnvironment environment) : IClientInterceptor
{
    /// <inheritdoc/>
    public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Outbound(nextInterceptor, environment);

    private sealed class Outbound(ClientOutboundInterceptor next, TimeSkippingEnvironment environment) : ClientOutboundInterceptor(next)
    {
        public override async Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
        {
            var handle = await base.StartWorkflowAsync<TWorkflow, TResult>(input).ConfigureAwait(false);
            return new Handle<TWorkflow, TResult>(environment, handle.Client, handle.Id, handle.RunId, handle.ResultRunId, handle.FirstExecutionRunId);
        }
    }

    private sealed record Handle<TWorkflow, TResult>(
        TimeSkippingEnvironment Environment, ITemporalClient Client, string Id, string? RunId, string? ResultRunId, string? FirstExecutionRunId)
        : WorkflowHandle<TWorkflow, TResult>(Client, Id, RunId, ResultRunId, FirstExecutionRunId)
    {
        public override Task<TLocalResult> GetResultAsync<TLocalResult>(bool followRuns = true, RpcOptions? rpcOptions = null) =>
            Environment.SkippingAsync(() => base.GetResultAsync<TLocalResult>(followRuns, rpcOptions));
    }
}
