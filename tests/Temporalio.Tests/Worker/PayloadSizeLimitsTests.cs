using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Tests.Fakes;
using Temporalio.Tests.Replay;
using Temporalio.Worker;
using Temporalio.Worker.Tasks;
using Temporalio.Workflows;

namespace Temporalio.Tests.Worker;

public sealed class PayloadSizeLimitsTests
{
    [Fact]
    public void Problem_CommandOverTheLimit_NamesCommandArgumentAndSize()
    {
        var command = Activity("small", new string('x', 2000));

        Assert.Contains(
            "[TMPRL1103] Arguments of activity 'Load' with id '7' take 2,0", Limits().Problem([Activity("small"), command]), StringComparison.Ordinal);
        Assert.Contains("the largest is number 2 of 2 with 2,0", Limits().Problem([command]), StringComparison.Ordinal);
        Assert.Null(Limits().Problem([Activity("small")]));
        Assert.Null(Limits(refuses: false).Problem([command]));
    }

    [Fact]
    public void Problem_LimitsNotKnown_SendsEverything() =>
        Assert.Null(new PayloadSizeLimits("ns", new(), refuses: true, NullLogger.Instance).Problem([Activity(new string('x', 5_000_000))]));

    [Fact]
    public async Task Processor_ResultOverTheLimit_FailsTheTaskWithTheCause()
    {
        var service = new Service();
        var processor = new WorkflowTaskProcessor(
            service,
            new()
            {
                Namespace = "ns", TaskQueue = "queue", Identity = "me", LoggerFactory = NullLoggerFactory.Instance,
                Workflows = [WorkflowDefinition.Create<LargeResult>()], PayloadLimits = Limits(), DebugMode = true,
            },
            null);
        var task = new PollWorkflowTaskQueueResponse
        {
            TaskToken = Google.Protobuf.ByteString.CopyFromUtf8("token"),
            WorkflowExecution = new() { WorkflowId = "wf", RunId = "run" },
            WorkflowType = new() { Name = "LargeResult" },
            StartedEventId = 3,
            Attempt = 1,
            History = new() { Events = { new HistoryBuilder("LargeResult").Task().Events.Take(3) } },
        };

        await processor.ProcessAsync(task, CancellationToken.None);

        Assert.Equal(WorkflowTaskFailedCause.PayloadsTooLarge, service.Failed!.Cause);
        Assert.Contains("result of the workflow", service.Failed.Failure.Message, StringComparison.Ordinal);
    }

    private static PayloadSizeLimits Limits(bool refuses = true)
    {
        var limits = new PayloadSizeLimits("ns", new(), refuses, NullLogger.Instance);
        limits.Learn(new() { BlobSizeLimitError = 1000, MemoSizeLimitError = 100 });
        return limits;
    }

    private static Command Activity(params object?[] args) => new()
    {
        CommandType = CommandType.ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes = new()
        {
            ActivityId = "7",
            ActivityType = new() { Name = "Load" },
            Input = new Payloads { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayloads(args) } },
        },
    };

    [Workflow]
    public sealed class LargeResult
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Task.FromResult(new string('x', 2000));
    }

    private sealed class Service : UnusedWorkflowService
    {
        public RespondWorkflowTaskFailedRequest? Failed { get; private set; }

        public override Task FailWorkflowTaskAsync(RespondWorkflowTaskFailedRequest request, CancellationToken cancellationToken)
        {
            Failed = request;
            return Task.CompletedTask;
        }
    }
}
