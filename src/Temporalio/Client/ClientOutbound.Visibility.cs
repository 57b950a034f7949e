using System.Runtime.CompilerServices;
using Google.Protobuf;
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
                NextPageToken = input.NextPageToken is { } token ? ByteString.CopyFrom(token) : ByteString.Empty,
            },
            Retrying(input.Options?.Rpc)).ConfigureAwait(false);
        var executions = response.Executions.Select(e => new WorkflowExecution(e, _client.Options.DataConverter, Namespace)).ToArray();
        return new(executions, response.NextPageToken.IsEmpty ? null : response.NextPageToken.ToByteArray());
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(ListWorkflowsInput input)
    {
        return ReadAsync();

        async IAsyncEnumerable<WorkflowExecution> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var (rpc, joined) = RpcOptions.With(input.Options?.Rpc, cancellationToken.CanBeCanceled ? cancellationToken : null);
            using (joined)
            {
                var left = input.Options is { Limit: > 0 and var limit } ? limit : int.MaxValue;
                byte[]? token = null;
                do
                {
                    var page = await ListWorkflowsPaginatedAsync(new(input.Query, token, new() { Rpc = rpc })).ConfigureAwait(false);
                    foreach (var execution in page.Workflows)
                    {
                        yield return execution;
                        if (--left == 0)
                        {
                            yield break;
                        }
                    }

                    token = page.NextPageToken;
                }
                while (token is not null);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<WorkflowExecutionCount> CountWorkflowsAsync(CountWorkflowsInput input) =>
        new(await Service.CountWorkflowExecutionsAsync(
            new() { Namespace = Namespace, Query = input.Query }, Retrying(input.Options?.Rpc)).ConfigureAwait(false));
}
