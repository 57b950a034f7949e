namespace Orchestrator.Activities.Contracts;

/// <summary>What a run may cost, with the prices that its worker counted by when it was planned.</summary>
/// <param name="Most">Limit, in the currency of the price list.</param>
/// <param name="Prices">The price list.</param>
public sealed record CostLimit(decimal Most, PriceList Prices);

/// <summary>What work costs where the workers run; the currency is whatever the numbers are in.</summary>
/// <param name="StepHour">One hour of one step.</param>
/// <param name="Gibibyte">Reading one gibibyte.</param>
public sealed record PriceList(decimal StepHour, decimal Gibibyte)
{
    /// <summary>Prices of a small machine in a public cloud: 0.05 an hour, 0.01 a gibibyte.</summary>
    public static PriceList Default { get; } = new(0.05m, 0.01m);

    /// <summary>What a step costs.</summary>
    public RunCost Of(StepUsage usage) => new(usage.Seconds, usage.Bytes, decimal.Round((decimal)usage.Seconds * StepHour / 3600, Places), decimal.Round(usage.Bytes * Gibibyte / (1L << 30), Places));

    /// <summary>Decimal places that are counted: a second of work at a hundredth an hour still counts.</summary>
    private const int Places = 9;
}

/// <summary>What loading and transforming the rows of a run used, and what that costs in the currency of the price list.</summary>
/// <param name="Seconds">Time worked, also on rows that were made again.</param>
/// <param name="Bytes">Bytes read at most.</param>
/// <param name="Time">Cost of the time.</param>
/// <param name="Reading">Cost of the reading.</param>
public sealed record RunCost(double Seconds, long Bytes, decimal Time, decimal Reading)
{
    /// <summary>All of it.</summary>
    public decimal Total => Time + Reading;

    /// <summary>Both together; null where neither was counted.</summary>
    public static RunCost? Sum(RunCost? one, RunCost? other) => one is null || other is null
        ? one ?? other
        : new(one.Seconds + other.Seconds, one.Bytes + other.Bytes, one.Time + other.Time, one.Reading + other.Reading);
}

/// <summary>What one step used.</summary>
/// <param name="Seconds">Time it worked.</param>
/// <param name="Bytes">Bytes that it read at most.</param>
public sealed record StepUsage(double Seconds, long Bytes);
