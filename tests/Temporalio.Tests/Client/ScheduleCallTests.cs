using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;
using Schedule = Temporalio.Client.Schedules.Schedule;
using ScheduleSpec = Temporalio.Client.Schedules.ScheduleSpec;

namespace Temporalio.Tests.Client;

public sealed class ScheduleCallTests
{
    [Fact]
    public async Task Update_OnlyThePolicyChanged_SendsTheRestAsItCame()
    {
        var stored = Stored();
        await using var server = Server(stored);
        var handle = (await server.ConnectAsync()).GetScheduleHandle("s");

        await handle.UpdateAsync(input => new(input.Description.Schedule with
        {
            Policy = input.Description.Schedule.Policy with { Overlap = ScheduleOverlapPolicy.BufferOne },
        }));

        var sent = server.Last<UpdateScheduleRequest>();
        stored.Policies.OverlapPolicy = ScheduleOverlapPolicy.BufferOne;
        Assert.Equal(stored, sent.Schedule);
        Assert.True(sent.ConflictToken.IsEmpty);
    }

    [Fact]
    public async Task Update_Null_SendsNothing()
    {
        await using var server = Server(Stored());

        await (await server.ConnectAsync()).GetScheduleHandle("s").UpdateAsync(_ => (ScheduleUpdate?)null);

        Assert.Equal(0, server.Count("UpdateSchedule"));
    }

    [Fact]
    public async Task Create_TriggerAndBackfill_AreTheInitialPatch()
    {
        await using var server = new FakeFrontend().Answer(
            "CreateSchedule", CreateScheduleRequest.Parser, CreateScheduleResponse.Parser, _ => new CreateScheduleResponse());
        var client = await server.ConnectAsync();
        var schedule = new Schedule(ScheduleActionStartWorkflow.Create("Wf", [1], new("id", "tq")), new ScheduleSpec { CronExpressions = ["0 * * * *"] });

        await client.CreateScheduleAsync("s", schedule);
        Assert.Null(server.Last<CreateScheduleRequest>().InitialPatch);
        await client.CreateScheduleAsync("s", schedule, new()
        {
            TriggerImmediately = true,
            Backfills = [new(DateTime.UnixEpoch, DateTime.UnixEpoch.AddHours(1), ScheduleOverlapPolicy.AllowAll)],
        });

        var request = server.Last<CreateScheduleRequest>();
        Assert.Equal(ScheduleOverlapPolicy.Skip, request.InitialPatch.TriggerImmediately.OverlapPolicy);
        Assert.Equal(3600, request.InitialPatch.BackfillRequest.Single().EndTime.Seconds);
        Assert.Equal(("0 * * * *", 365 * 86400L), (request.Schedule.Spec.CronString.Single(), request.Schedule.Policies.CatchupWindow.Seconds));
    }

    [Fact]
    public async Task Create_Taken_HasItsException()
    {
        await using var server = new FakeFrontend().Answer(
            "CreateSchedule", CreateScheduleRequest.Parser, CreateScheduleResponse.Parser,
            _ => throw FakeFrontend.Error(GrpcStatusCode.AlreadyExists, "taken", "WorkflowExecutionAlreadyStartedFailure", new WorkflowExecutionAlreadyStartedFailure()));
        var client = await server.ConnectAsync();

        await Assert.ThrowsAsync<ScheduleAlreadyRunningException>(() =>
            client.CreateScheduleAsync("s", new(ScheduleActionStartWorkflow.Create("Wf", [], new("id", "tq")), new())));
    }

    [Fact]
    public async Task Create_ForbiddenOptions_NamesThemAll()
    {
        await using var server = new FakeFrontend();
        var client = await server.ConnectAsync();
        var options = new WorkflowOptions("id", "tq") { CronSchedule = "* * * * *", StartDelay = TimeSpan.FromSeconds(1), RequestEagerStart = true };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => client.CreateScheduleAsync("s", new(ScheduleActionStartWorkflow.Create("Wf", [], options), new())));

        Assert.Contains("CronSchedule, StartDelay, RequestEagerStart", error.Message, StringComparison.Ordinal);
    }

    private static FakeFrontend Server(Api.Schedule.V1.Schedule stored) => new FakeFrontend()
        .Answer("DescribeSchedule", DescribeScheduleRequest.Parser, DescribeScheduleResponse.Parser, _ => new DescribeScheduleResponse
        {
            Schedule = stored.Clone(), Info = new(), ConflictToken = ByteString.CopyFromUtf8("x"),
        })
        .Answer("UpdateSchedule", UpdateScheduleRequest.Parser, UpdateScheduleResponse.Parser, _ => new UpdateScheduleResponse());

    private static Api.Schedule.V1.Schedule Stored()
    {
        // Not JSON of this SDK: proof that arguments need not be understood.
        var foreign = new Api.Common.V1.Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("foreign/x") }, Data = ByteString.CopyFromUtf8("?") };
        var known = DataConverter.Default.PayloadConverter.ToPayload("text");
        return new()
        {
            Action = new()
            {
                StartWorkflow = new()
                {
                    WorkflowId = "wf", WorkflowType = new() { Name = "Wf" }, TaskQueue = new() { Name = "tq", Kind = TaskQueueKind.Normal },
                    Input = new() { Payloads_ = { foreign, known } },
                    WorkflowRunTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
                    RetryPolicy = new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)), BackoffCoefficient = 1.5, MaximumAttempts = 4 },
                    Memo = new() { Fields = { ["m"] = foreign } },
                    Header = new() { Fields = { ["h"] = foreign } },
                    UserMetadata = new() { Summary = known },
                },
            },
            Spec = new()
            {
                StructuredCalendar = { new StructuredCalendarSpec { Hour = { new Api.Schedule.V1.Range { Start = 3, End = 5, Step = 2 } }, Comment = "c" } },
                Interval = { new IntervalSpec { Interval = Duration.FromTimeSpan(TimeSpan.FromHours(1)), Phase = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) } },
                ExcludeStructuredCalendar = { new StructuredCalendarSpec { DayOfWeek = { new Api.Schedule.V1.Range { Start = 6 } } } },
                StartTime = Timestamp.FromDateTime(DateTime.UnixEpoch),
                Jitter = Duration.FromTimeSpan(TimeSpan.FromSeconds(9)),
                TimezoneName = "Europe/Berlin",
            },
            Policies = new() { OverlapPolicy = ScheduleOverlapPolicy.Skip, CatchupWindow = Duration.FromTimeSpan(TimeSpan.FromDays(1)), PauseOnFailure = true },
            State = new() { Notes = "n", Paused = true, LimitedActions = true, RemainingActions = 3 },
        };
    }
}
