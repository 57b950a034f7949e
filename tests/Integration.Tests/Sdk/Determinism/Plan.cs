namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>A generated workflow.</summary>
/// <param name="Body">What its main method does.</param>
/// <param name="Signals">What the handler of each signal does.</param>
/// <param name="Updates">What the handler of each update does; null for one that the validator rejects.</param>
/// <param name="Children">The workflows it may start.</param>
/// <param name="Rounds">How often the body runs, each time in a new run.</param>
/// <param name="AwaitsHandlers">Whether it waits for its handlers before it ends.</param>
public sealed record Plan(Step Body, Step[] Signals, Step?[] Updates, Plan[] Children, int Rounds, bool AwaitsHandlers)
{
    public override string ToString() =>
        $"{{rounds {Rounds}{(AwaitsHandlers ? ", awaits handlers" : "")}\n body {Body}\n signals {string.Join<Step>(" | ", Signals)}\n updates {string.Join(" | ", Updates.Select(u => u?.ToString() ?? "rejected"))}\n children {string.Join<Plan>("\n ", Children)}}}";
}
