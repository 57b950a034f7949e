using System.Text.Json.Nodes;
using Temporalio.Api.Enums.V1;
using Temporalio.Worker;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Tests.Replay;

/// <summary>Says whether a recorded history replays with the workflow written for its scenario, and ends with the recorded result.</summary>
internal static class HistoryJudge
{
    /// <summary>What is wrong; empty when nothing is.</summary>
    public static async Task<IReadOnlyList<string>> JudgeAsync(string folder, string name)
    {
        try
        {
            var history = GoldenHistories.Read(folder, name);
            var options = GoldenHistories.Options(name, history);
            var type = history.Events.First().WorkflowExecutionStartedEventAttributes.WorkflowType.Name;
            if (options.Workflows.All(w => w.Name != type && !w.Dynamic))
            {
                return [$"no workflow of type '{type}' was written"];
            }

            var capture = new ResultCapture();
            options.Interceptors = [capture];
            var result = await new WorkflowReplayer(options).ReplayWorkflowAsync(history, throwOnReplayFailure: false);
            if (result.ReplayFailure is { } failure)
            {
                return [failure.Message];
            }

            var last = history.Events.Last();
            if (last.EventType != EventType.WorkflowExecutionCompleted)
            {
                return [];
            }

            var recorded = last.WorkflowExecutionCompletedEventAttributes.Result?.Payloads_.FirstOrDefault();
            var expected = recorded is null || recorded.Data.IsEmpty ? null : JsonNode.Parse(recorded.Data.ToStringUtf8());
            var seen = System.Text.Json.JsonSerializer.SerializeToNode(capture.Result);
            return JsonNode.DeepEquals(expected, seen) ? [] : [$"result: expected {expected?.ToJsonString() ?? "null"}, seen {seen?.ToJsonString() ?? "null"}"];
        }
        catch (Exception e)
        {
            // One recording that cannot be read must not hide the others.
            return [$"{e.GetType().Name}: {e.Message}"];
        }
    }

    private sealed class ResultCapture : IWorkerInterceptor
    {
        public object? Result { get; private set; }

        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor, this);

        private sealed class Inbound(WorkflowInboundInterceptor next, ResultCapture owner) : WorkflowInboundInterceptor(next)
        {
            public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
            {
                owner.Result = await base.ExecuteWorkflowAsync(input);
                return owner.Result;
            }
        }
    }
}
