using Orchestrator.Activities.Contracts;

namespace Orchestrator.Workflows.Flow;

/// <summary>What happens to a circuit breaker: failures in a row open it, a time later one try decides whether it closes or stays open as long again.</summary>
public static class BreakerMachine
{
    /// <summary>The breaker after a report.</summary>
    public static BreakerState After(BreakerState state, BreakerReport report, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(report);
        state = state with { Rule = report.Rule };
        switch (state.Phase)
        {
            case BreakerPhase.Closed when !report.Failed:
                return state with { Failures = 0, Why = null };
            case BreakerPhase.Closed:
                state = state with { Failures = state.Failures + 1, Why = report.Why };
                return state.Failures >= report.Rule.Failures ? Opened(state, report.Rule.Cooldown, now) : state;
            case BreakerPhase.HalfOpen when report.IsProbe:
                return report.Failed ? Opened(state with { Failures = state.Failures + 1, Why = report.Why }, report.Rule.Cooldown, now) : new BreakerState { Rule = report.Rule };
            default:
                // A step that began before it opened: it says nothing about now.
                return state;
        }
    }

    /// <summary>The breaker when its time has come: one try is let through.</summary>
    public static BreakerState AfterCooldown(BreakerState state) => state with { Phase = BreakerPhase.HalfOpen, OpenUntil = null };

    /// <summary>The breaker, opened.</summary>
    public static BreakerState Opened(BreakerState state, TimeSpan cooldown, DateTime now) => state with { Phase = BreakerPhase.Open, OpenUntil = now + cooldown };
}
