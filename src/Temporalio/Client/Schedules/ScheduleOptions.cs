using Temporalio.Common;

namespace Temporalio.Client.Schedules;

/// <summary>Options for creating a schedule.</summary>
public class ScheduleOptions : ICloneable
{
    /// <summary>Whether the action is done at once. Default: false.</summary>
    public bool TriggerImmediately { get; set; }

    /// <summary>Periods whose actions are done at once. Default: none.</summary>
    public IReadOnlyCollection<ScheduleBackfill> Backfills { get; set; } = [];

    /// <summary>Values kept with the schedule. Default: none.</summary>
    public IReadOnlyDictionary<string, object>? Memo { get; set; }

    /// <summary>Searchable values kept with the schedule. Default: none.</summary>
    public SearchAttributeCollection? TypedSearchAttributes { get; set; }

    /// <summary>Options of the service call. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ScheduleOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
