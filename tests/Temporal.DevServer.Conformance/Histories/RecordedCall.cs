using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>One line of a transcript.</summary>
public sealed class RecordedCall(JsonObject line)
{
    /// <summary>Its number in the transcript.</summary>
    public int Number { get; } = line["n"]!.GetValue<int>();

    /// <summary>When the call began, in milliseconds of the scenario.</summary>
    public double Start { get; } = line["startMs"]!.GetValue<double>();

    /// <summary>When its answer came.</summary>
    public double End { get; } = line["endMs"]!.GetValue<double>();

    /// <summary>Who called.</summary>
    public string Side { get; } = line["side"]!.GetValue<string>();

    /// <summary>What was called.</summary>
    public string Method { get; } = line["method"]!.GetValue<string>();

    /// <summary>The request.</summary>
    public JsonObject Request { get; } = line["request"]?.AsObject() ?? [];

    /// <summary>The status.</summary>
    public string Code { get; } = line["code"]!.GetValue<string>();

    /// <summary>The status text.</summary>
    public string Message { get; } = line["message"]?.GetValue<string>() ?? "";

    /// <summary>Details of an error.</summary>
    public JsonArray Details { get; } = line["details"]?.AsArray() ?? [];

    /// <summary>The reply, when there was one.</summary>
    public JsonObject? Response { get; } = line["response"]?.AsObject();

    /// <summary>The worker asked for work.</summary>
    public bool IsPoll => Method is "PollWorkflowTaskQueue" or "PollActivityTaskQueue";

    /// <summary>The call waits for what others do.</summary>
    public bool Blocks => Method is "UpdateWorkflowExecution" or "ExecuteMultiOperation" or "QueryWorkflow" or "PollWorkflowExecutionUpdate" ||
        (Method == "GetWorkflowExecutionHistory" && Request["waitNewEvent"] is not null);

    /// <summary>The sticky queue that is polled, or null.</summary>
    public string? StickyQueue => IsPoll && Request["taskQueue"]?["kind"]?.ToString() == "TASK_QUEUE_KIND_STICKY" ? Request["taskQueue"]!["name"]!.ToString() : null;
}
