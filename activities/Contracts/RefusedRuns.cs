using System.Text.Json.Serialization;

namespace Orchestrator.Activities.Contracts;

/// <summary>Runs of a plan that would be refused: their tables, or the pipeline's changes since, do not let them publish.</summary>
/// <param name="Dataset">The dataset that does not fit its table.</param>
/// <param name="Type">The error's type, one of <see cref="ErrorTypes"/> or <c>schema.changed</c>.</param>
/// <param name="Reason">What was expected and seen, and what to do.</param>
/// <param name="Count">How many runs.</param>
/// <param name="First">The first of their partitions.</param>
/// <param name="Last">The last of their partitions.</param>
public sealed record RefusedRuns(string Dataset, string Type, string Reason, int Count, string First, string Last)
{
    /// <summary>One line of words.</summary>
    [JsonIgnore]
    public string Text => $"[{Type}] {(Count == 1 ? First : $"{Count} partitions, {First} to {Last}")}: {Reason}";
}
