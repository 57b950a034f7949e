namespace Orchestrator.Pipelines.Scheduling;

/// <summary>A run starts when inputs of other pipelines have been published.</summary>
/// <param name="All">True: the partitions of all inputs that a run needs; false: any of them.</param>
/// <param name="Inputs">Names under <c>inputs</c>.</param>
public sealed record DataTrigger(bool All, IReadOnlyList<string> Inputs);
