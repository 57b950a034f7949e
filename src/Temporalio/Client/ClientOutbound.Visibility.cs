using Temporalio.Client.Interceptors;

namespace Temporalio.Client;

internal sealed partial class ClientOutbound
{
    /// <inheritdoc/>
    public override async Task<WorkflowListPage> ListWorkflowsPaginatedAsync(ListWorkflowsPaginatedInput input)
    {
        var response = await Service.ListWorkflowExecutionsAsync(
            new()
            {
                Namespace = Namespace,
                Query = input.Query,
                PageSize = input.Options?.PageSize ?? 0,
                NextPageToken = Pages.ToWire(input.NextPageToken),
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);
        var executions = response.Executions.Select(e => new WorkflowExecution(e, _client.Options.DataConverter, Namespace)).ToArray();
        return new(executions, Pages.FromWire(response.NextPageToken));
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(ListWorkflowsInput input) => Pages.ReadAsync(
        input.Options?.Rpc,
        async (token, rpc) =>
        {
            var page = await ListWorkflowsPaginatedAsync(new(input.Query, token, new() { Rpc = rpc })).ConfigureAwait(false);
            return (page.Workflows, page.NextPageToken);
        },
        input.Options?.Limit ?? 0);

    /// <inheritdoc/>
    public override async Task<WorkflowExecutionCount> CountWorkflowsAsync(CountWorkflowsInput input) =>
        new(await Service.CountWorkflowExecutionsAsync(
            new() { Namespace = Namespace, Query = input.Query }, Retrying(input.Options?.Rpc)).ConfigureAwait(false));
}
