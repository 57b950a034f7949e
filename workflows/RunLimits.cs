using System.Globalization;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;

namespace Orchestrator.Workflows;

/// <summary>Limits of a run that show only once rows are made: what goes over one ends the run before anything is published.</summary>
internal static class RunLimits
{
    /// <summary>Counts what was staged.</summary>
    /// <param name="plan">The run's plan.</param>
    /// <param name="staged">What a step has made.</param>
    /// <param name="cost">What the run has cost so far; null where nothing was counted.</param>
    /// <exception cref="ApplicationFailureException">It is over a limit, which the error names.</exception>
    public static void Check(RunPlan plan, StagedData staged, ref RunCost? cost)
    {
        if (staged.Counts.Published > plan.MaxRows)
        {
            throw new ApplicationFailureException(
                $"'{staged.Dataset}' of {plan.Request.WorkflowId} gets {staged.Counts.Published} rows: expected at most {plan.MaxRows} (limits.rows). They are not published. Help: look for a join that multiplies rows, or raise the limit if that is right.",
                ErrorTypes.RowLimit,
                nonRetryable: true);
        }

        if (staged.Used is { } used && (plan.Prices ?? plan.Cost?.Prices) is { } prices)
        {
            cost = RunCost.Sum(cost, prices.Of(used));
        }

        if (plan.Cost is { } limit && cost?.Total > limit.Most)
        {
            throw new ApplicationFailureException(
                string.Create(CultureInfo.InvariantCulture, $"{plan.Request.WorkflowId} has cost {cost.Total:0.######} with '{staged.Dataset}': expected at most {limit.Most:0.######} (limits.cost; {limit.Prices.StepHour:0.######} an hour of a step, {limit.Prices.Gibibyte:0.######} a gibibyte read). Help: give the run less to do, or raise the limit if that is right."),
                ErrorTypes.CostLimit,
                nonRetryable: true);
        }
    }
}
