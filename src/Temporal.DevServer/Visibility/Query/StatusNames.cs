using System.Collections.Frozen;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>The states of a run by the names that queries and groups use: <c>Running</c> ... or the full enum names.</summary>
internal static class StatusNames
{
    private static readonly FrozenDictionary<string, WorkflowExecutionStatus> Known = Enum.GetValues<WorkflowExecutionStatus>()
        .SelectMany(status => new[] { KeyValuePair.Create(status.ToString(), status), KeyValuePair.Create(FullName(status), status) })
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Finds the state of an exact name.</summary>
    public static bool TryParse(string name, out WorkflowExecutionStatus status) => Known.TryGetValue(name, out status);

    private static string FullName(WorkflowExecutionStatus status) =>
        "WORKFLOW_EXECUTION_STATUS" + string.Concat(status.ToString().Select(c => char.IsAsciiLetterUpper(c) ? $"_{c}" : char.ToUpperInvariant(c).ToString()));
}
