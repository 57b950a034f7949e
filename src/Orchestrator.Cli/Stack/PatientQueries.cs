using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Stack;

/// <summary>Questions to a workflow that somebody waits for: a worker that sleeps or is exchanged answers late or not at all, and the workflow goes on all the same.</summary>
internal static class PatientQueries
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The answer, or null when there is none for now: ask again.</summary>
    public static async Task<T?> TryQueryAsync<T>(this WorkflowHandle handle, string query, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await handle.QueryAsync<T>(query, [], new WorkflowQueryOptions { Rpc = new RpcOptions { Timeout = Patience, CancellationToken = cancellationToken } });
        }
        catch (RpcException e) when (e.Code is not (RpcException.StatusCode.NotFound or RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unauthenticated or RpcException.StatusCode.InvalidArgument))
        {
            return null;
        }
        catch (WorkflowQueryFailedException)
        {
            // The workflow has not come so far that it can answer.
            return null;
        }
    }
}
