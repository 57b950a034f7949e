using Temporalio.Workflows;

namespace Temporalio.Tests.Replay.Scenarios;

/// <summary>Code as it was while a scenario recorded what a defect leads to; it is mended after some attempts, as there.</summary>
public static class DefectiveCode
{
    /// <summary>The defective workflow that a worker of a scenario ran; null when its code was good.</summary>
    public static WorkflowDefinition? For(string scenario, string side)
    {
        var attempts = 0;
        return (scenario[..Math.Min(3, scenario.Length)], side) switch
        {
            ("012", _) => WorkflowDefinition.Create(typeof(Plain), null, _ => new Plain(++attempts)),
            ("642", "worker-b") => WorkflowDefinition.Create(typeof(Nondet.Bad)),
            ("647", _) => WorkflowDefinition.Create(typeof(Twice), null, _ => new Twice(++attempts)),
            _ => null,
        };
    }

    /// <summary>Throws in its first two workflow tasks.</summary>
    [Workflow("PlainException")]
    public sealed class Plain(int attempt)
    {
        [WorkflowRun]
        public Task<string> RunAsync() => attempt < 3 ? throw new InvalidOperationException($"bug number {attempt}") : Task.FromResult("fixed");
    }

    /// <summary>Gives two activities one id in its first workflow task.</summary>
    [Workflow("BadCommand")]
    public sealed class Twice(int attempt)
    {
        [WorkflowRun]
        public async Task<string> RunAsync(string mode)
        {
            if (mode == "duplicate-activity-id" && attempt == 1)
            {
                var options = new ActivityOptions { ActivityId = "same", StartToCloseTimeout = TimeSpan.FromSeconds(10) };
                await Workflow.WhenAllAsync(
                    Workflow.ExecuteActivityAsync<int>("Echo", [1], options), Workflow.ExecuteActivityAsync<int>("Echo", [2], options));
            }

            return "fixed";
        }
    }
}
