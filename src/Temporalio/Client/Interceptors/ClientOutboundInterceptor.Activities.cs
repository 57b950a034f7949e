namespace Temporalio.Client.Interceptors;

/// <content>Activities without a workflow, and version sets.</content>
public abstract partial class ClientOutboundInterceptor
{
    /// <summary>Starts an activity.</summary>
    /// <typeparam name="TResult">Its result.</typeparam>
    /// <param name="input">The call.</param>
    /// <returns>A handle.</returns>
    public virtual Task<ActivityHandle<TResult>> StartActivityAsync<TResult>(StartActivityInput input) => Next.StartActivityAsync<TResult>(input);

    /// <summary>Describes an activity.</summary>
    /// <param name="input">The call.</param>
    /// <returns>The description.</returns>
    public virtual Task<ActivityExecutionDescription> DescribeActivityAsync(DescribeActivityInput input) => Next.DescribeActivityAsync(input);

    /// <summary>Asks an activity to cancel.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When recorded.</returns>
    public virtual Task CancelActivityAsync(CancelActivityInput input) => Next.CancelActivityAsync(input);

    /// <summary>Terminates an activity.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When recorded.</returns>
    public virtual Task TerminateActivityAsync(TerminateActivityInput input) => Next.TerminateActivityAsync(input);

    /// <summary>Lists activities.</summary>
    /// <param name="input">The call.</param>
    /// <returns>The activities.</returns>
    public virtual IAsyncEnumerable<ActivityExecution> ListActivitiesAsync(ListActivitiesInput input) => Next.ListActivitiesAsync(input);

    /// <summary>Reads one page of activities.</summary>
    /// <param name="input">The call.</param>
    /// <returns>The page.</returns>
    public virtual Task<ActivityListPage> ListActivitiesPaginatedAsync(ListActivitiesPaginatedInput input) => Next.ListActivitiesPaginatedAsync(input);

    /// <summary>Counts activities.</summary>
    /// <param name="input">The call.</param>
    /// <returns>The count.</returns>
    public virtual Task<ActivityExecutionCount> CountActivitiesAsync(CountActivitiesInput input) => Next.CountActivitiesAsync(input);

    /// <summary>Changes the version sets of a task queue.</summary>
    /// <param name="input">The call.</param>
    /// <returns>When changed.</returns>
    [Obsolete("Use worker deployments.")]
    public virtual Task UpdateWorkerBuildIdCompatibilityAsync(UpdateWorkerBuildIdCompatibilityInput input) => Next.UpdateWorkerBuildIdCompatibilityAsync(input);

    /// <summary>Reads the version sets of a task queue.</summary>
    /// <param name="input">The call.</param>
    /// <returns>The sets; null when the queue has none.</returns>
    [Obsolete("Use worker deployments.")]
    public virtual Task<WorkerBuildIdVersionSets?> GetWorkerBuildIdCompatibilityAsync(GetWorkerBuildIdCompatibilityInput input) =>
        Next.GetWorkerBuildIdCompatibilityAsync(input);

    /// <summary>Tells whether workers of build ids are still needed.</summary>
    /// <param name="input">The call.</param>
    /// <returns>Where they are needed.</returns>
    [Obsolete("Use worker deployments.")]
    public virtual Task<WorkerTaskReachability> GetWorkerTaskReachabilityAsync(GetWorkerTaskReachabilityInput input) => Next.GetWorkerTaskReachabilityAsync(input);
}
