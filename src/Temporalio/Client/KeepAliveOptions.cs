namespace Temporalio.Client;

/// <summary>How a silent connection is probed.</summary>
public class KeepAliveOptions : ICloneable
{
    /// <summary>How long a connection may be silent before it is probed. Default: 30 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer may take before the connection counts as dead. Default: 15 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
