using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Worker;

public sealed class ActivityWorkerTests
{
    [Fact]
    public async Task Task_Runs_ReportsResultWithTheTasksToken()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("add")] (int a, int b) => a + b);
        var task = FakeActivityService.Task("add", 2, 3);
        worker.Service.Offer(task);

        var outcome = await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();

        Assert.Equal("5", outcome.Result.Payloads_.Single().Data.ToStringUtf8());
        Assert.Equal((task.TaskToken, "me", "default"), (outcome.TaskToken, outcome.Identity, outcome.Namespace));
    }

    [Fact]
    public async Task Task_NoResult_ReportsNull()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("none")] () => Task.CompletedTask);
        worker.Service.Offer(FakeActivityService.Task("none"));

        var outcome = await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();

        Assert.Equal("binary/null", outcome.Result.Payloads_.Single().Metadata["encoding"].ToStringUtf8());
    }

    [Fact]
    public async Task Task_UnknownType_FailsRetryablyAndNamesTheKnownOnes()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("b")] () => 1, [Activity("a")] () => 1);
        worker.Service.Offer(FakeActivityService.Task("c"));

        var failure = (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure;

        Assert.Equal("NotFoundError", failure.ApplicationFailureInfo.Type);
        Assert.False(failure.ApplicationFailureInfo.NonRetryable);
        Assert.EndsWith("a, b", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_DynamicActivity_TakesUnknownTypesButNotReservedOnes()
    {
        await using var worker = new RunningActivityWorker(
            null, [Activity(Dynamic = true)] (IRawValue[] args) => $"{ActivityExecutionContext.Current.Info.ActivityType} {args.Length}");
        worker.Service.Offer(FakeActivityService.Task("any", 1, 2));
        Assert.Equal("\"any 2\"", (await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>()).Result.Payloads_[0].Data.ToStringUtf8());

        worker.Service.Offer(FakeActivityService.Task("__temporal_x"));
        await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>();
    }

    [Theory]
    [InlineData(new object[0], "needs 1 arguments, got 0")]
    [InlineData(new object[] { "text" }, "Argument 1")]
    public async Task Task_BadArguments_Fails(object[] args, string expected)
    {
        await using var worker = new RunningActivityWorker(null, [Activity("one")] (int a) => a);
        worker.Service.Offer(FakeActivityService.Task("one", args));

        Assert.Contains(expected, (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_ExtraArguments_AreDropped()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("one")] (int a) => a);
        worker.Service.Offer(FakeActivityService.Task("one", 1, 2, 3));

        await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();
    }

    [Fact]
    public async Task Task_Throws_ReportsTypeAndCause()
    {
        await using var worker = new RunningActivityWorker(
            null, [Activity("bad")] async Task () =>
            {
                await Task.Yield();
                throw new ApplicationFailureException("no", new TimeoutException("late"), errorType: "Kind", nonRetryable: true, category: ApplicationErrorCategory.Benign);
            });
        worker.Service.Offer(FakeActivityService.Task("bad"));

        var failure = (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure;

        Assert.Equal(("Kind", true, "TimeoutException"), (failure.ApplicationFailureInfo.Type, failure.ApplicationFailureInfo.NonRetryable, failure.Cause.ApplicationFailureInfo.Type));
    }

    [Fact]
    public async Task Task_ResultCannotBeEncoded_Fails()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("bad")] () => new Endless());
        worker.Service.Offer(FakeActivityService.Task("bad"));

        Assert.Contains("cannot be encoded", (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_CompletesElsewhere_ReportsNothingAndFreesItsSlot()
    {
        var calls = 0;
        await using var worker = new RunningActivityWorker(
            s => s.SlotCount = 1,
            [Activity("later")] () => ++calls == 1 ? throw new CompleteAsyncException() : calls);
        worker.Service.Offer(FakeActivityService.Task("later"));
        worker.Service.Offer(FakeActivityService.Task("later"));

        var outcome = await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();

        Assert.Equal("2", outcome.Result.Payloads_[0].Data.ToStringUtf8());
    }

    [Fact]
    public async Task Slots_AllUsed_NoFurtherPoll()
    {
        var gate = new TaskCompletionSource();
        await using var worker = new RunningActivityWorker(
            s => (s.SlotCount, s.Polls) = (2, 3), [Activity("wait")] () => gate.Task);
        worker.Service.Offer(FakeActivityService.Task("wait"));
        worker.Service.Offer(FakeActivityService.Task("wait"));
        await Eventually.UntilAsync(() => !worker.Worker.TryReserveEager(), "both slots are used");

        Assert.False(worker.Service.Reported);
        Assert.Equal(2, worker.Service.Polls.Count);
        gate.SetResult();
        await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();
        await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();
    }

    [Fact]
    public async Task Eager_ReservedSlot_RunsTheOfferedTask()
    {
        await using var worker = new RunningActivityWorker(s => s.SlotCount = 2, [Activity("add")] (int a) => a + 1);
        await Eventually.UntilAsync(() => !worker.Service.Polls.IsEmpty, "the poller has taken its slot");

        Assert.True(worker.Worker.TryReserveEager());
        Assert.False(worker.Worker.TryReserveEager());
        worker.Worker.ReleaseEager();
        Assert.False(worker.Worker.OfferEager(FakeActivityService.Task("add", 1)));
        Assert.True(worker.Worker.TryReserveEager());
        Assert.True(worker.Worker.OfferEager(FakeActivityService.Task("add", 1)));
        Assert.Equal("2", (await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>()).Result.Payloads_[0].Data.ToStringUtf8());
    }

    [Fact]
    public async Task Poll_Fails_IsTriedAgainAfterABackoff()
    {
        var failures = 0;
        await using var worker = new RunningActivityWorker(
            s => s.Service.OnPoll = () => failures++ < 2 ? new RpcException(RpcException.StatusCode.Unavailable, "away", null) : null,
            [Activity("add")] (int a) => a);
        await Eventually.UntilAsync(() => worker.Time.Armed is [var d] && d == TimeSpan.FromMilliseconds(200), "the first backoff");
        worker.Time.Advance(TimeSpan.FromMilliseconds(200));
        await Eventually.UntilAsync(() => worker.Time.Armed is [var d] && d == TimeSpan.FromMilliseconds(400), "the second backoff");
        worker.Time.Advance(TimeSpan.FromMilliseconds(400));
        worker.Service.Offer(FakeActivityService.Task("add", 1));

        await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();
    }

    [Fact]
    public async Task Context_InsideAndOutside_IsOnlySetInside()
    {
        await using var worker = new RunningActivityWorker(
            null, [Activity("ctx")] async () =>
            {
                await Task.Yield();
                var info = ActivityExecutionContext.Current.Info;
                return $"{info.WorkflowId} {info.WorkflowRunId} {info.TaskQueue} {info.Attempt} {info.StartToCloseTimeout} {info.HeartbeatTimeout}";
            });
        worker.Service.Offer(FakeActivityService.Task("ctx"));

        var outcome = await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();

        Assert.Equal("\"wf run tq 1 00:10:00 \"", outcome.Result.Payloads_[0].Data.ToStringUtf8());
        Assert.False(ActivityExecutionContext.HasCurrent);
        Assert.Throws<InvalidOperationException>(() => ActivityExecutionContext.Current);
    }

    private sealed class Endless
    {
        public Endless Self => this;
    }
}
