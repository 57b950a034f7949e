namespace Temporalio.Client.Schedules;

/// <summary>Options for listing schedules.</summary>
public class ScheduleListOptions : ICloneable
{
    /// <summary>Visibility query. Default: all.</summary>
    public string? Query { get; set; }

    /// <summary>Options of the service calls. Default: none, retries on.</summary>
    public RpcOptions? Rpc { get; set; }

    /// <summary>Makes a copy, nested options included.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (ScheduleListOptions)MemberwiseClone();
        copy.Rpc = (RpcOptions?)Rpc?.Clone();
        return copy;
    }
}
