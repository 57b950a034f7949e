namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>One statement of a generated workflow.</summary>
/// <param name="Id">Number of the step in its plan; names what it does in logs, activities and children.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Number">Which signal, update or child; how long; how often.</param>
/// <param name="Option">A variant of the kind.</param>
/// <param name="Steps">Steps inside.</param>
public sealed record Step(int Id, StepKind Kind, int Number = 0, int Option = 0, Step[]? Steps = null)
{
    public override string ToString() => $"{Kind}#{Id}({Number},{Option}){(Steps is null ? "" : $"[{string.Join(' ', (object[])Steps)}]")}";
}
