using Temporalio.Client.Schedules;

namespace Temporalio.Client;

public partial class TemporalClient
{
    /// <inheritdoc/>
    public Task<ScheduleHandle> CreateScheduleAsync(string scheduleId, Schedule schedule, ScheduleOptions? options = null) =>
        OutboundInterceptor.CreateScheduleAsync(new(scheduleId, schedule, options));

    /// <inheritdoc/>
    public ScheduleHandle GetScheduleHandle(string scheduleId) => new(this, scheduleId);

    /// <inheritdoc/>
    public IAsyncEnumerable<ScheduleListDescription> ListSchedulesAsync(ScheduleListOptions? options = null) =>
        OutboundInterceptor.ListSchedulesAsync(new(options));
}
