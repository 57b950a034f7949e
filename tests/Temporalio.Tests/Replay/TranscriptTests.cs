using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Worker;
using Temporalio.Worker.Tasks;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay;

/// <summary>Given the recorded polls, the worker answers with the recorded completions.</summary>
public sealed class TranscriptTests
{
    /// <summary>Recordings in which the recording worker ran defective code on purpose: what it sent cannot be expected of good code.</summary>
    private static readonly string[] Defective = ["012", "641", "642", "647"];

    /// <summary>Recordings that show behaviour of the recording language or its core that this SDK does not have.</summary>
    private static readonly string[] OtherLanguage =
    [
        // The core merged the task of the update into the first one although both came in one history; its own replay does not.
        "510-update-immediate.nocache",

        // Python lists the built-in queries among the workflow's own.
        "259-metadata-summaries",

        // Python encodes the attributes of a received failure again when it is passed on; .NET sends it as received.
        "563-failure-encoded-attributes",

        // Turns of the loop: Python releases all conditions at once, its update handlers end without a turn, its activities take more.
        "701-order-timer-signal-update", "704-order-all", "705-order-activity-timer-no-signal", "706-order-signal-update-at-start", "707-order-two-conditions",
    ];

    public static TheoryData<string> All =>
        [.. Transcript.Names().Where(n => !Defective.Contains(n[..3]) && !OtherLanguage.Contains(n)).DefaultIfEmpty("absent")];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Worker_RecordedPolls_AnswersAsRecorded(string name)
    {
        var transcript = Transcript.Read(name);
        var problems = new List<string>();
        foreach (var side in transcript.Calls.Where(c => c.Side != "client" && c.Method == "PollWorkflowTaskQueue").Select(c => c.Side).Distinct())
        {
            var queue = transcript.Calls.First(c => c.Side == side && c.Method == "PollWorkflowTaskQueue").Request["taskQueue"]!;
            var service = new RecordedService(name, transcript, side);
            var options = Options(name, (string?)queue["normalName"] ?? (string)queue["name"]!, service);
            var processor = new WorkflowTaskProcessor(service, options, options.MaxCachedWorkflows > 0 ? "sticky" : null);
            foreach (var poll in transcript.Calls.Where(c => c.Side == side && c is { Method: "PollWorkflowTaskQueue", Code: "OK" }))
            {
                await processor.ProcessAsync(Transcript.Parse<PollWorkflowTaskQueueResponse>(poll.Response!), CancellationToken.None);
            }

            problems.AddRange(service.Finish());
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    private static WorkflowWorkerOptions Options(string name, string queue, RecordedService service)
    {
        var replayer = GoldenHistories.Options(name, null);
        return new()
        {
            Namespace = "default",
            TaskQueue = queue,
            Identity = "worker@host",
            LoggerFactory = NullLoggerFactory.Instance,
            Workflows = [.. replayer.Workflows],
            DataConverter = replayer.DataConverter,
            MaxCachedWorkflows = name.Contains("nocache", StringComparison.Ordinal) ? 0 : name.StartsWith("646", StringComparison.Ordinal) ? 1 : 1000,
            DebugMode = true,
            TryReserveEagerSlot = () => true,
            LocalActivities = service,
        };
    }
}
