namespace Orchestrator.Activities.Planning;

/// <summary>What has moved since a plan was made.</summary>
public static class PlanMoves
{
    /// <summary>Each thing that makes a plan one of another world, for people; empty when it still holds.</summary>
    /// <param name="plan">The plan as it was made.</param>
    /// <param name="now">The plan that would be made of the same selection now.</param>
    public static IReadOnlyList<string> Between(PipelinePlan plan, PipelinePlan now)
    {
        if (plan.Hash == now.Hash)
        {
            return [];
        }

        var moves = new List<string>();
        if (plan.CodeFingerprint != now.CodeFingerprint)
        {
            moves.Add($"the pipeline's code changed: planned with {plan.CodeFingerprint[..12]}, now {now.CodeFingerprint[..12]}");
        }

        var runs = now.Runs.ToDictionary(r => r.Partition, StringComparer.Ordinal);
        foreach (var planned in plan.Runs)
        {
            if (!runs.Remove(planned.Partition, out var run))
            {
                moves.Add($"{planned.Partition} needs no run any more");
            }
            else if (run.InputFingerprint != planned.InputFingerprint)
            {
                moves.Add($"{planned.Partition} has other inputs now: {string.Join("; ", run.Reasons)}");
            }
            else if (run.LastRunId != planned.LastRunId)
            {
                moves.Add($"{planned.Partition} ran meanwhile (run {run.LastRunId})");
            }
            else if (plan.CodeFingerprint == now.CodeFingerprint && !run.Reasons.SequenceEqual(planned.Reasons))
            {
                moves.Add($"{planned.Partition} needs a run for other reasons now: {string.Join("; ", run.Reasons)}");
            }
        }

        moves.AddRange(now.Runs.Where(r => runs.ContainsKey(r.Partition)).Select(r => $"{r.Partition} needs a run too now: {string.Join("; ", r.Reasons)}"));
        return moves;
    }
}
