namespace Temporalio.Client.Interceptors;

/// <summary>Intercepts the calls of clients. One that also implements the worker's interceptor interface applies to workers of the client.</summary>
public interface IClientInterceptor
{
    /// <summary>Adds a link to the chain of a client.</summary>
    /// <param name="nextInterceptor">The next link.</param>
    /// <returns>The link to call first; <paramref name="nextInterceptor"/> to add none.</returns>
    ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => nextInterceptor;
}
