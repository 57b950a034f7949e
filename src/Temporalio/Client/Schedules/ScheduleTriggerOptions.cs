using Temporalio.Api.Enums.V1;

namespace Temporalio.Client.Schedules;

/// <summary>Options for triggering a schedule.</summary>
public class ScheduleTriggerOptions
{
    /// <summary>What happens when an action still runs. Default: as the schedule says.</summary>
    public ScheduleOverlapPolicy Overlap { get; set; } = ScheduleOverlapPolicy.Unspecified;

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ScheduleTriggerOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
