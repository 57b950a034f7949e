namespace Temporalio.Client;

/// <summary>Spreading calls over all addresses of the target's name.</summary>
public class DnsLoadBalancingOptions : ICloneable
{
    /// <summary>How often the name is looked up again. Default: 30 seconds.</summary>
    public TimeSpan ResolutionInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
