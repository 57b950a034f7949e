namespace Temporalio.Client.Schedules;

/// <summary>A schedule to talk to.</summary>
/// <param name="Client">The client.</param>
/// <param name="Id">Id of the schedule.</param>
public record ScheduleHandle(ITemporalClient Client, string Id)
{
    /// <summary>Does the actions of past or future periods now.</summary>
    /// <param name="backfills">The periods; at least one.</param>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>When the server has begun.</returns>
    public virtual Task BackfillAsync(IReadOnlyCollection<ScheduleBackfill> backfills, RpcOptions? rpcOptions = null) =>
        Client.OutboundInterceptor.BackfillScheduleAsync(new(Id, backfills, rpcOptions));

    /// <summary>Deletes the schedule; what it has started goes on.</summary>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>When deleted.</returns>
    public virtual Task DeleteAsync(RpcOptions? rpcOptions = null) => Client.OutboundInterceptor.DeleteScheduleAsync(new(Id, rpcOptions));

    /// <summary>Describes the schedule.</summary>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>The description.</returns>
    public virtual Task<ScheduleDescription> DescribeAsync(RpcOptions? rpcOptions = null) =>
        Client.OutboundInterceptor.DescribeScheduleAsync(new(Id, rpcOptions));

    /// <summary>Pauses the schedule.</summary>
    /// <param name="note">Note to store. Default: one that names this SDK.</param>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>When paused.</returns>
    public virtual Task PauseAsync(string? note = null, RpcOptions? rpcOptions = null) =>
        Client.OutboundInterceptor.PauseScheduleAsync(new(Id, note, rpcOptions));

    /// <summary>Does the action now, also when paused.</summary>
    /// <param name="options">Options.</param>
    /// <returns>When the server has begun.</returns>
    public virtual Task TriggerAsync(ScheduleTriggerOptions? options = null) => Client.OutboundInterceptor.TriggerScheduleAsync(new(Id, options));

    /// <summary>Unpauses the schedule.</summary>
    /// <param name="note">Note to store. Default: one that names this SDK.</param>
    /// <param name="rpcOptions">Options of the service call.</param>
    /// <returns>When unpaused.</returns>
    public virtual Task UnpauseAsync(string? note = null, RpcOptions? rpcOptions = null) =>
        Client.OutboundInterceptor.UnpauseScheduleAsync(new(Id, note, rpcOptions));

    /// <summary>Describes the schedule and changes it.</summary>
    /// <param name="updater">Makes the new schedule from the old one; null to change nothing.</param>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>When changed.</returns>
    public Task UpdateAsync(Func<ScheduleUpdateInput, ScheduleUpdate?> updater, RpcOptions? rpcOptions = null) =>
        UpdateAsync(input => Task.FromResult(updater(input)), rpcOptions);

    /// <summary>Describes the schedule and changes it.</summary>
    /// <param name="updater">Makes the new schedule from the old one; null to change nothing.</param>
    /// <param name="rpcOptions">Options of the service calls.</param>
    /// <returns>When changed.</returns>
    public virtual Task UpdateAsync(Func<ScheduleUpdateInput, Task<ScheduleUpdate?>> updater, RpcOptions? rpcOptions = null) =>
        Client.OutboundInterceptor.UpdateScheduleAsync(new(Id, updater, rpcOptions));
}
