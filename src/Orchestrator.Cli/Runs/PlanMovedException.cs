using Orchestrator.Activities.Planning;

namespace Orchestrator.Cli.Runs;

/// <summary>What a plan stands on has moved since it was made: exit code 5, nothing ran.</summary>
/// <param name="plan">The plan.</param>
/// <param name="moves">What moved.</param>
internal sealed class PlanMovedException(PipelinePlan plan, IReadOnlyList<string> moves) : Exception(
    $"Plan {plan.Hash[..12]} of '{plan.Pipeline}' no longer holds; nothing ran. Since {plan.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z:\n"
    + string.Join('\n', moves.Take(Shown).Select(m => $"  {m}"))
    + (moves.Count > Shown ? $"\n  ... and {moves.Count - Shown} more" : "")
    + "\nHelp: look at the new state with 'orchestrator plan', then run the new plan's hash.")
{
    private const int Shown = 20;
}
