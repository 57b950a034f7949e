using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.DevServer.Tests.Durability;
using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Schedules;

/// <summary>Schedules as clients see them, over the wire, and what is left of them after a stop or a kill.</summary>
public sealed class ScheduleServiceTests
{
    [Fact]
    public async Task Trigger_OfAPausedSchedule_StartsItsActionAndCarriesTheResultOn()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, Schedule(TimeSpan.FromDays(1), paused: true), r => r.InitialPatch = new() { TriggerImmediately = new() { OverlapPolicy = ScheduleOverlapPolicy.Skip } });

        var first = await server.PollWorkflowAsync();
        await server.CompleteAsync(first, [Commands.Complete("one")]);
        await server.ResultAsync(first.WorkflowExecution.WorkflowId);
        await server.CallAsync<PatchScheduleRequest, PatchScheduleResponse>(
            new() { Namespace = "default", ScheduleId = "s", Patch = new() { TriggerImmediately = new() { OverlapPolicy = ScheduleOverlapPolicy.BufferAll } } });
        var second = await server.PollWorkflowAsync();

        var started = second.History.Events[0].WorkflowExecutionStartedEventAttributes;
        Assert.Equal("\"one\"", started.LastCompletionResult.Payloads_[0].Data.ToStringUtf8());
        Assert.Equal("temporal-scheduler-default-s", started.Identity);
        Assert.Equal("\"s\"", started.SearchAttributes.IndexedFields["TemporalScheduledById"].Data.ToStringUtf8());
        var info = (await DescribeUntilAsync(server, seen => seen.ActionCount == 2)).Info;
        Assert.Equal(second.WorkflowExecution, Assert.Single(info.RunningWorkflows));
        Assert.Equal(WorkflowExecutionStatus.Completed, info.RecentActions[0].StartWorkflowStatus);
    }

    [Fact]
    public async Task Delete_OfASchedule_TakesItOutOfListsAndLeavesItsIdFree()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, Schedule(TimeSpan.FromDays(1), paused: true), r => r.RequestId = "first");
        Assert.Equal(["s"], await ListAsync(server, "TemporalSchedulePaused = true"));

        await server.CallAsync<DeleteScheduleRequest, DeleteScheduleResponse>(new() { Namespace = "default", ScheduleId = "s" });

        Assert.Empty(await ListAsync(server));
        Assert.Equal("schedule not found", (await Assert.ThrowsAsync<GrpcException>(() => DescribeAsync(server))).Message);
        await CreateAsync(server, Schedule(TimeSpan.FromDays(1)), r => r.RequestId = "first");
        Assert.Empty(await ListAsync(server));
        await CreateAsync(server, Schedule(TimeSpan.FromDays(1)));
        Assert.Equal(["s"], await ListAsync(server, "TemporalSchedulePaused = false"));
        Assert.Equal(1, (await server.CallAsync<CountSchedulesRequest, CountSchedulesResponse>(new() { Namespace = "default" })).Count);
    }

    [Fact]
    public async Task Delete_OfASchedule_IsForgottenAfterTheRetentionTime()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        await using (var before = await TestServer.StartAsync(o => o.DatabaseFile = file))
        {
            await CreateAsync(before, Schedule(TimeSpan.FromDays(1)), r => r.RequestId = "first");
            await before.CallAsync<DeleteScheduleRequest, DeleteScheduleResponse>(new() { Namespace = "default", ScheduleId = "s" });
        }

        await using var after = await TestServer.StartAsync(o => (o.DatabaseFile, o.TimeProvider) = (file, new ShiftedTime(TimeSpan.FromDays(2))));

        GrpcException error;
        do
        {
            error = await Assert.ThrowsAsync<GrpcException>(() => DescribeAsync(after));
        }
        while (error.Message == "schedule not found"); // until its timer went off

        Assert.Equal("workflow not found for ID: temporal-sys-scheduler:s", error.Message);
    }

    [Fact]
    public async Task Restart_AfterTimesWereMissed_CatchesUpWithinTheWindow()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        await using (var before = await TestServer.StartAsync(o => o.DatabaseFile = file))
        {
            var schedule = Schedule(TimeSpan.FromHours(1));
            schedule.Policies.CatchupWindow = Duration.FromTimeSpan(TimeSpan.FromMinutes(210));
            await CreateAsync(before, schedule, r => r.Memo = new Memo { Fields = { ["m"] = Commands.Json("v").Payloads_[0] } });
        }

        var later = new ShiftedTime(TimeSpan.FromHours(10));
        await using var after = await TestServer.StartAsync(o => (o.DatabaseFile, o.TimeProvider) = (file, later));
        var first = await after.PollWorkflowAsync();
        var second = await after.PollWorkflowAsync();
        var third = await after.PollWorkflowAsync();

        var hours = new[] { first, second, third }.Select(task => task.WorkflowExecution.WorkflowId).ToList();
        var newest = later.GetUtcNow().UtcDateTime.Date.AddHours(later.GetUtcNow().Hour);
        Assert.All(hours, id => Assert.InRange(DateTime.Parse(id["wf-".Length..], null, System.Globalization.DateTimeStyles.AdjustToUniversal), newest.AddHours(-3), newest));
        Assert.Equal(hours.Distinct(), hours);
        var described = await DescribeUntilAsync(after, info => info.ActionCount + info.MissedCatchupWindow == 10);
        Assert.InRange(described.Info.ActionCount, 3, 4); // four in the first half of an hour
        Assert.Equal("\"v\"", described.Memo.Fields["m"].Data.ToStringUtf8());
    }

    [Fact]
    public async Task Kill_WhileActionsStart_NeitherLosesNorRepeatsOne()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        using (var first = await ServerProcess.StartAsync(file))
        {
            await using var client = TestServer.Connect(first.Address);
            await CreateAsync(client, Schedule(TimeSpan.FromSeconds(1)));
            await client.PollWorkflowAsync();
            await client.PollWorkflowAsync();
            await first.KillAsync();
        }

        using var second = await ServerProcess.StartAsync(file);
        await using var again = TestServer.Connect(second.Address);
        for (var i = 0; i < 3; i++)
        {
            await again.PollWorkflowAsync(); // of before or after, whichever
        }

        await again.CallAsync<PatchScheduleRequest, PatchScheduleResponse>(new() { Namespace = "default", ScheduleId = "s", Patch = new() { Pause = "enough" } });
        List<DateTime> times = [];
        var described = await DescribeUntilAsync(again, async info =>
        {
            // A start that was under way when the pause came is still answered.
            var list = await again.CallAsync<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(new() { Namespace = "default", Query = "TemporalScheduledById = 's'" });
            times = [.. list.Executions.Select(e => DateTime.Parse(e.Execution.WorkflowId["wf-".Length..], null, System.Globalization.DateTimeStyles.AdjustToUniversal)).Order()];
            return info.ActionCount == times.Count;
        });
        Assert.Equal(Enumerable.Range(0, times.Count).Select(i => times[0].AddSeconds(i)), times);
        Assert.Equal(0, described.Info.MissedCatchupWindow);
    }

    [Fact]
    public async Task DeleteNamespace_WithASchedule_TakesItAlong()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        await using (var before = await TestServer.StartAsync(o => (o.DatabaseFile, o.Namespaces) = (file, ["default", "doomed"])))
        {
            await CreateAsync(before, Schedule(TimeSpan.FromSeconds(1)), r => r.Namespace = "doomed");
            await before.CallAsync<DeleteNamespaceRequest, DeleteNamespaceResponse>(
                new() { Namespace = "doomed" }, service: "temporal.api.operatorservice.v1.OperatorService");
        }

        await using var after = await TestServer.StartAsync(o => (o.DatabaseFile, o.Namespaces) = (file, ["default", "doomed"]));

        Assert.Equal(0, (await after.CallAsync<CountSchedulesRequest, CountSchedulesResponse>(new() { Namespace = "doomed" })).Count);
        await CreateAsync(after, Schedule(TimeSpan.FromDays(1)), r => r.Namespace = "doomed");
        Assert.Equal(1, (await after.CallAsync<CountSchedulesRequest, CountSchedulesResponse>(new() { Namespace = "doomed" })).Count);
    }

    private static Schedule Schedule(TimeSpan interval, bool paused = false) => new()
    {
        Spec = new() { Interval = { new IntervalSpec { Interval = Duration.FromTimeSpan(interval) } } },
        Action = new()
        {
            StartWorkflow = new NewWorkflowExecutionInfo { WorkflowId = "wf", WorkflowType = new() { Name = "Scheduled" }, TaskQueue = new() { Name = "tq" } },
        },
        Policies = new() { OverlapPolicy = ScheduleOverlapPolicy.AllowAll },
        State = new() { Paused = paused },
    };

    private static Task CreateAsync(TestServer server, Schedule schedule, Action<CreateScheduleRequest>? configure = null)
    {
        var request = new CreateScheduleRequest { Namespace = "default", ScheduleId = "s", Schedule = schedule, RequestId = Guid.NewGuid().ToString() };
        configure?.Invoke(request);
        return server.CallAsync<CreateScheduleRequest, CreateScheduleResponse>(request);
    }

    private static Task<DescribeScheduleResponse> DescribeAsync(TestServer server) =>
        server.CallAsync<DescribeScheduleRequest, DescribeScheduleResponse>(new() { Namespace = "default", ScheduleId = "s" });

    /// <summary>Starts are answered beside the workers' polls: describes until the answers are in.</summary>
    private static async Task<DescribeScheduleResponse> DescribeUntilAsync(TestServer server, Func<ScheduleInfo, Task<bool>> settled)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var described = await DescribeAsync(server);
            if (await settled(described.Info))
            {
                return described;
            }

            Assert.False(patience.IsCancellationRequested, $"The schedule never settled: {described.Info}");
        }
    }

    private static Task<DescribeScheduleResponse> DescribeUntilAsync(TestServer server, Func<ScheduleInfo, bool> settled) =>
        DescribeUntilAsync(server, info => Task.FromResult(settled(info)));

    private static async Task<IEnumerable<string>> ListAsync(TestServer server, string query = "") =>
        (await server.CallAsync<ListSchedulesRequest, ListSchedulesResponse>(new() { Namespace = "default", Query = query })).Schedules.Select(s => s.ScheduleId);
}
