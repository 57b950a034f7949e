namespace Orchestrator.Activities.Steps;

/// <summary>Why a run cannot publish into a table as it is.</summary>
/// <param name="Dataset">The table's dataset.</param>
/// <param name="Type">The error's type.</param>
/// <param name="Reason">What was expected and seen, and what to do.</param>
public sealed record Refusal(string Dataset, string Type, string Reason);
