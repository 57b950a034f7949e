namespace Temporalio.Client;

/// <summary>An activity without workflow whose result type is known.</summary>
/// <typeparam name="TResult">Its result.</typeparam>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the activity.</param>
/// <param name="RunId">Run of the id; null for the latest.</param>
public record ActivityHandle<TResult>(ITemporalClient Client, string Id, string? RunId = null) : ActivityHandle(Client, Id, RunId)
{
    /// <summary>Waits for the result of the activity.</summary>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>The result.</returns>
    /// <exception cref="Exceptions.ActivityFailedException">It did not succeed.</exception>
    public new Task<TResult> GetResultAsync(RpcOptions? rpcOptions = null) => GetResultAsync<TResult>(rpcOptions);
}
