using System.Collections.Concurrent;
using Temporalio.Activities;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Activities that wait for the test to end them.</summary>
internal sealed class HeldActivities
{
    private readonly ConcurrentDictionary<(string Run, string Activity), byte[]> _tokens = new();

    [Activity("Held")]
    public string Hold(string name)
    {
        var info = ActivityExecutionContext.Current.Info;
        _tokens[(info.WorkflowRunId!, info.ActivityId)] = info.TaskToken;
        throw new CompleteAsyncException();
    }

    /// <summary>The token of an activity that has started, or null.</summary>
    public byte[]? Token(string run, string activity) => _tokens.GetValueOrDefault((run, activity));
}
