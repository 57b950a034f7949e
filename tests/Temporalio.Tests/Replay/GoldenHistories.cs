using System.Reflection;
using Orchestrator.TestKit;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Tests.Replay.Scenarios;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay;

/// <summary>Histories that a real server and an official SDK recorded, and the workflows written from their descriptions.</summary>
internal static class GoldenHistories
{
    /// <summary>Scenario classes that are one of several versions of a type: picked by the tests that need them.</summary>
    private static readonly Dictionary<string, Type> Versions = new()
    {
        ["550"] = typeof(PatchFlow.V1),
        ["551"] = typeof(PatchFlow.V2),
        ["552"] = typeof(PatchFlow.V3),
        ["642"] = typeof(Nondet.Good),
    };

    private static readonly Type[] Workflows =
    [
        .. typeof(EmptyVoid).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(EmptyVoid).Namespace && t.GetCustomAttribute<WorkflowAttribute>() is { Name: null }),
    ];

    /// <summary>Where the recordings lie beside the checkout, if they do.</summary>
    public static string Folder => Path.GetFullPath(Path.Combine(TestPaths.Repo, "..", "shared", "golden", "histories"));

    /// <summary>Names of all recorded histories of a folder; none when it is absent.</summary>
    public static IEnumerable<string> Names(string folder) => Files(folder, ".history.json");

    /// <summary>Files of a folder with an ending, without it.</summary>
    public static IEnumerable<string> Files(string folder, string ending) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*" + ending).Select(f => Path.GetFileName(f)[..^ending.Length]).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Reads a history.</summary>
    public static WorkflowHistory Read(string folder, string name)
    {
        var history = WorkflowHistory.FromJson("unknown", File.ReadAllText(Path.Combine(folder, $"{name}.history.json")));
        return history with { Id = history.Events.First().WorkflowExecutionStartedEventAttributes.WorkflowId };
    }

    /// <summary>Options that know the workflows of a scenario.</summary>
    public static WorkflowReplayerOptions Options(string name, WorkflowHistory? history)
    {
        var options = new WorkflowReplayerOptions
        {
            DebugMode = true,
            DataConverter = name.StartsWith("563", StringComparison.Ordinal)
                ? DataConverter.Default with { FailureConverter = new DefaultFailureConverter.WithEncodedCommonAttributes() }
                : DataConverter.Default,
            TaskQueue = history?.Events.First().WorkflowExecutionStartedEventAttributes.TaskQueue.Name ?? "queue",
        };
        foreach (var type in Workflows)
        {
            options.AddWorkflow(type);
        }

        if (Versions.TryGetValue(name[..Math.Min(3, name.Length)], out var version))
        {
            options.AddWorkflow(version);
        }

        return options;
    }
}
