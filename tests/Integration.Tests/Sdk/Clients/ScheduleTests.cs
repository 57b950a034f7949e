using Temporalio.Api.Enums.V1;
using Temporalio.Client.Schedules;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Orchestrator.Integration.Tests.Sdk.Clients;

/// <summary>Schedules.</summary>
public sealed class ScheduleTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Create_ThenDescribe_SaysTheSame()
    {
        var handle = await CreateAsync(new()
        {
            Calendars = [new() { Hour = [new(3, 5, 2)], DayOfWeek = [new(1)], Comment = "early" }],
            Intervals = [new(TimeSpan.FromHours(6), TimeSpan.FromHours(1))],
            CronExpressions = ["0 12 * * MON"],
            Skip = [new() { Year = [new(2050)] }],
            StartAt = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            EndAt = new DateTime(2040, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Jitter = TimeSpan.FromSeconds(80),
            TimeZoneName = "UTC",
        });
        var spec = (await handle.DescribeAsync()).Schedule.Spec;
        Assert.Equal(2, spec.Calendars.Count);
        Assert.Empty(spec.CronExpressions);
        Assert.Equal((new ScheduleRange(3, 5, 2), "early"), (spec.Calendars.First().Hour.Single(), spec.Calendars.First().Comment));
        Assert.Equal(new ScheduleIntervalSpec(TimeSpan.FromHours(6), TimeSpan.FromHours(1)), spec.Intervals.Single());
        Assert.Equal((TimeSpan.FromSeconds(80), 2030, 2040), (spec.Jitter, spec.StartAt!.Value.Year, spec.EndAt!.Value.Year));
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Create_Twice_IsRefused()
    {
        var handle = await CreateAsync(new());
        await Assert.ThrowsAsync<ScheduleAlreadyRunningException>(() => Client.CreateScheduleAsync(handle.Id, Plain(new())));
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Create_TriggeredAtOnce_Runs()
    {
        var handle = await CreateAsync(new(), new() { TriggerImmediately = true });
        Assert.Equal("scheduled", await FirstResultAsync(handle));
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Interval_OfASecond_RunsSeveralTimes()
    {
        var handle = await CreateAsync(new() { Intervals = [new(TimeSpan.FromSeconds(1))] });
        await UntilAsync(async () => (await handle.DescribeAsync()).Info.NumActions >= 2);
        var description = await handle.DescribeAsync();
        Assert.NotEmpty(description.Info.NextActionTimes);
        Assert.Equal(description.Info.RecentActions.Count, description.Info.RecentActions.Select(a => a.ScheduledAt).Distinct().Count());
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Trigger_And_Backfill_RunTheAction()
    {
        var handle = await CreateAsync(new() { Intervals = [new(TimeSpan.FromHours(1))] }, paused: true);
        await handle.TriggerAsync(new() { Overlap = ScheduleOverlapPolicy.AllowAll });
        await UntilAsync(async () => (await handle.DescribeAsync()).Info.NumActions == 1);
        var day = new DateTime(2026, 1, 1, 0, 30, 0, DateTimeKind.Utc);
        await handle.BackfillAsync([new(day, day.AddHours(3), ScheduleOverlapPolicy.AllowAll)]);
        await UntilAsync(async () => (await handle.DescribeAsync()).Info.NumActions == 4);
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Pause_And_Unpause_KeepTheirNotes()
    {
        var handle = await CreateAsync(new());
        await handle.PauseAsync();
        Assert.Equal((true, "Paused via .NET SDK"), await StateAsync(handle));
        await handle.UnpauseAsync("go on");
        Assert.Equal((false, "go on"), await StateAsync(handle));
        await handle.PauseAsync("stop");
        Assert.Equal((true, "stop"), await StateAsync(handle));
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Update_ChangesTheSpecAndKeepsTheRest()
    {
        var handle = await CreateAsync(new() { Intervals = [new(TimeSpan.FromHours(1))] }, paused: true);
        await handle.UpdateAsync(input => new(input.Description.Schedule with { Spec = new() { Intervals = [new(TimeSpan.FromHours(2))] } }));
        var description = await handle.DescribeAsync();
        Assert.Equal((TimeSpan.FromHours(2), true), (description.Schedule.Spec.Intervals.Single().Every, description.Schedule.State.Paused));
        Assert.NotNull(description.Info.LastUpdatedAt);
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Update_UpdaterThrows_ChangesNothing()
    {
        var handle = await CreateAsync(new() { Intervals = [new(TimeSpan.FromHours(1))] });
        await Assert.ThrowsAsync<FormatException>(() => handle.UpdateAsync(ScheduleUpdate? (_) => throw new FormatException("mine")));
        Assert.Equal(TimeSpan.FromHours(1), (await handle.DescribeAsync()).Schedule.Spec.Intervals.Single().Every);
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task LimitedActions_RunOut()
    {
        var id = $"schedule-{Guid.NewGuid():N}";
        var handle = await Client.CreateScheduleAsync(id, Plain(new() { Intervals = [new(TimeSpan.FromSeconds(1))] }) with { State = new() { LimitedActions = true, RemainingActions = 1 } });
        await UntilAsync(async () => (await handle.DescribeAsync()).Info.NumActions == 1);
        await UntilAsync(async () => (await handle.DescribeAsync()).Schedule.State.RemainingActions == 0);
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task List_ShowsIdSpecAndMemo()
    {
        var handle = await CreateAsync(new() { Intervals = [new(TimeSpan.FromHours(1))] }, new() { Memo = new Dictionary<string, object> { ["owner"] = "me" } });
        ScheduleListDescription? listed = null;
        await UntilAsync(async () => (listed = await Client.ListSchedulesAsync().FirstOrDefaultAsync(s => s.Id == handle.Id)) is not null);
        Assert.Equal("me", await listed!.Memo["owner"].ToValueAsync<string>());
        Assert.Equal("Script", Assert.IsType<ScheduleListActionStartWorkflow>(listed.Schedule!.Action).Workflow);
        await handle.DeleteAsync();
    }

    [Fact]
    public async Task Unknown_Schedule_IsNotFound() => Assert.Equal(
        RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Client.GetScheduleHandle("nothing").DescribeAsync())).Code);

    private static Schedule Plain(ScheduleSpec spec)
    {
        var key = Script.Keep(_ => Task.FromResult("scheduled"));
        return new(ScheduleActionStartWorkflow.Create((Script wf) => wf.RunAsync(key), new($"scheduled-{Guid.NewGuid():N}", SdkHost.Queue)), spec);
    }

    private static async Task<(bool Paused, string? Note)> StateAsync(ScheduleHandle handle)
    {
        var state = (await handle.DescribeAsync()).Schedule.State;
        return (state.Paused, state.Note);
    }

    private Task<ScheduleHandle> CreateAsync(ScheduleSpec spec, ScheduleOptions? options = null, bool paused = false) =>
        Client.CreateScheduleAsync($"schedule-{Guid.NewGuid():N}", Plain(spec) with { State = new() { Paused = paused } }, options);

    private async Task<string> FirstResultAsync(ScheduleHandle handle)
    {
        await UntilAsync(async () => (await handle.DescribeAsync()).Info.RecentActions.Count > 0);
        var action = Assert.IsType<ScheduleActionExecutionStartWorkflow>((await handle.DescribeAsync()).Info.RecentActions.First().Action);
        return await Client.GetWorkflowHandle(action.WorkflowId).GetResultAsync<string>();
    }
}
