using Google.Protobuf;
using Temporalio.Api.History.V1;

namespace Temporalio.Common;

/// <summary>A history of a run, for reading and replaying.</summary>
/// <param name="Id">Id of the workflow.</param>
/// <param name="Events">Its events, in order.</param>
public record WorkflowHistory(string Id, IReadOnlyCollection<HistoryEvent> Events)
{
    /// <summary>Reads the JSON that SDKs, the command-line tool and the web UI write; enum values may be in either of their styles.</summary>
    /// <param name="workflowId">Id of the workflow; the JSON does not hold it.</param>
    /// <param name="json">The JSON: an object with <c>events</c>.</param>
    /// <returns>The history.</returns>
    /// <exception cref="ArgumentException">The text is no such JSON.</exception>
    public static WorkflowHistory FromJson(string workflowId, string json) => new(workflowId, HistoryJson.Parse(json).Events);

    /// <summary>Writes the JSON form; it does not hold the id.</summary>
    /// <returns>The JSON.</returns>
    public string ToJson() => JsonFormatter.Default.Format(new History { Events = { Events } });

    /// <summary>Writes the JSON form; it does not hold the id.</summary>
    /// <param name="writer">Where to write it.</param>
    public void ToJson(TextWriter writer) => JsonFormatter.Default.Format(new History { Events = { Events } }, writer);
}
