using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>The history of one recorded run.</summary>
public sealed class RecordedHistory
{

    /// <summary>Reads the file of a history.</summary>
    public RecordedHistory(string file)
    {
        Name = Path.GetFileName(file).Replace(".history.json", "", StringComparison.Ordinal);
        Events = [.. JsonNode.Parse(File.ReadAllText(file))!["events"]!.AsArray().Select(e => new RecordedEvent(e!.AsObject()))];
        var started = Events[0].Attributes;
        WorkflowId = started["workflowId"]!.ToString();
        RunId = started["originalExecutionRunId"]!.ToString();
    }

    /// <summary>The file's name without its end.</summary>
    public string Name { get; }

    /// <summary>Its events.</summary>
    public IReadOnlyList<RecordedEvent> Events { get; }

    /// <summary>The run's workflow.</summary>
    public string WorkflowId { get; }

    /// <summary>The recorded run id; a run that a reset made carries the id of the run before it.</summary>
    public string RunId { get; set; }

    /// <summary>The event came while a workflow task was open, and was written when that ended.</summary>
    public bool WasBuffered(RecordedEvent e) => Events.Any(o => o.Id < e.Id && o.Time > e.Time &&
        o.Type is "WORKFLOW_TASK_COMPLETED" or "WORKFLOW_TASK_FAILED" or "WORKFLOW_TASK_TIMED_OUT");
}
