namespace Temporalio.Client.Schedules;

/// <summary>What a schedule does and when.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Spec">When it does it.</param>
public record Schedule(ScheduleAction Action, ScheduleSpec Spec)
{
    /// <summary>How it behaves. Default: the defaults of the type.</summary>
    public SchedulePolicy Policy { get; init; } = new();

    /// <summary>Whether it is paused and the like. Default: running without limit.</summary>
    public ScheduleState State { get; init; } = new();
}
