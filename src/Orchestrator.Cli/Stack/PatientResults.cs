using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Stack;

/// <summary>Calls that somebody waits for: a service that is started again meanwhile goes on with what was begun, so that whoever waits need not begin anew.</summary>
internal static class PatientResults
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The workflow's result, also where the service is away for up to a minute.</summary>
    /// <exception cref="WorkflowFailedException">It did not succeed.</exception>
    /// <exception cref="RpcException">The service refuses, or stays away.</exception>
    public static Task<T> WaitAsync<T>(this WorkflowHandle handle, CancellationToken cancellationToken) =>
        handle.Client.WaitAsync(() => handle.GetResultAsync<T>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken }), cancellationToken);

    /// <summary>What a call that may be repeated gives, also where the service is away for up to a minute.</summary>
    /// <param name="client">The service.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The service refuses, or stays away.</exception>
    public static async Task<T> WaitAsync<T>(this ITemporalClient client, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var isRefusal = false; ;)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.Code is RpcException.StatusCode.Unavailable)
            {
                // One that answers has just come back, or takes no more work, as with a full disk: the second time it is known which.
                var isThere = await AnswersAsync(client, cancellationToken);
                if (isThere ? isRefusal : !await IsBackAsync(client, cancellationToken))
                {
                    throw;
                }

                isRefusal = isThere;
            }
        }
    }

    private static async Task<bool> IsBackAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync("The Temporal service does not answer: waiting. What was started goes on when it is back.");
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience;)
        {
            await Task.Delay(Pause, cancellationToken);
            if (await AnswersAsync(client, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(ITemporalClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.WorkflowService.GetSystemInfoAsync(new(), new RpcOptions { Retry = false, CancellationToken = cancellationToken });
            return true;
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.Unavailable or RpcException.StatusCode.DeadlineExceeded)
        {
            return false;
        }
    }
}
