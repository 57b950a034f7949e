using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Tests.Replay.Scenarios;
using Temporalio.Worker;
using Temporalio.Worker.Tasks;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay;

/// <summary>Says whether a worker, given the recorded polls, answers with the recorded completions.</summary>
internal static class TranscriptJudge
{
    /// <summary>What is wrong; empty when nothing is.</summary>
    public static async Task<IReadOnlyList<string>> JudgeAsync(string folder, string name)
    {
        try
        {
            var transcript = Transcript.Read(folder, name);
            var problems = new List<string>();
            foreach (var side in transcript.Calls.Where(c => c.Side != "client" && c.Method == "PollWorkflowTaskQueue").Select(c => c.Side).Distinct())
            {
                problems.AddRange(await JudgeSideAsync(name, transcript, side));
            }

            return problems;
        }
        catch (Exception e)
        {
            // One recording that cannot be read must not hide the others.
            return [$"{e.GetType().Name}: {e.Message}"];
        }
    }

    private static async Task<IEnumerable<string>> JudgeSideAsync(string name, Transcript transcript, string side)
    {
        var queue = transcript.Calls.First(c => c.Side == side && c.Method == "PollWorkflowTaskQueue").Request["taskQueue"]!;
        var service = new RecordedService(name, transcript, side);
        var options = Options(name, side, (string?)queue["normalName"] ?? (string)queue["name"]!, service);
        var processor = new WorkflowTaskProcessor(service, options, options.MaxCachedWorkflows > 0 ? "sticky" : null);
        foreach (var poll in transcript.Calls.Where(c => c.Side == side && c is { Method: "PollWorkflowTaskQueue", Code: "OK" }))
        {
            var task = Transcript.Parse<PollWorkflowTaskQueueResponse>(poll.Response!);
            var type = task.WorkflowType.Name;
            if (options.Workflows.All(w => w.Name != type && !w.Dynamic))
            {
                return [$"no workflow of type '{type}' was written"];
            }

            await processor.ProcessAsync(task, CancellationToken.None);
        }

        return service.Finish();
    }

    private static WorkflowWorkerOptions Options(string name, string side, string queue, RecordedService service)
    {
        var replayer = GoldenHistories.Options(name, null);
        var workflows = replayer.Workflows.ToList();
        if (DefectiveCode.For(name, side) is { } defective)
        {
            workflows.RemoveAll(w => w.Name == defective.Name);
            workflows.Add(defective);
        }

        return new()
        {
            Namespace = "default",
            TaskQueue = queue,
            Identity = "worker@host",
            LoggerFactory = NullLoggerFactory.Instance,
            Workflows = workflows,
            DataConverter = replayer.DataConverter,
            MaxCachedWorkflows = name.Contains("nocache", StringComparison.Ordinal) ? 0 : name.StartsWith("646", StringComparison.Ordinal) ? 1 : 1000,
            DebugMode = true,
            TryReserveEagerSlot = () => true,
            LocalActivities = service,
        };
    }
}
