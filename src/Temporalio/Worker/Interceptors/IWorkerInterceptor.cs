namespace Temporalio.Worker.Interceptors;

/// <summary>Intercepts what a worker's workflows and activities receive and do. The first of a list is the outermost.</summary>
public interface IWorkerInterceptor
{
    /// <summary>Wraps the inbound calls of a workflow; called once per run held in memory.</summary>
    /// <param name="nextInterceptor">Next in the chain.</param>
    /// <returns>The interceptor to call. Default: <paramref name="nextInterceptor"/> itself.</returns>
    WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => nextInterceptor;

    /// <summary>Wraps the inbound calls of an activity; called once per attempt.</summary>
    /// <param name="nextInterceptor">Next in the chain.</param>
    /// <returns>The interceptor to call. Default: <paramref name="nextInterceptor"/> itself.</returns>
    ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => nextInterceptor;
}
