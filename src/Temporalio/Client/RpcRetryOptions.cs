namespace Temporalio.Client;

/// <summary>How calls that failed for a transient reason are tried again.</summary>
public class RpcRetryOptions : ICloneable
{
    /// <summary>Delay before the second try. Default: 100 ms.</summary>
    public TimeSpan InitialInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>By which share a delay may be shorter or longer at random. Default: 0.2.</summary>
    public float RandomizationFactor { get; set; } = 0.2F;

    /// <summary>Factor between one delay and the next. Default: 1.5.</summary>
    public float Multiplier { get; set; } = 1.5F;

    /// <summary>Longest delay. Default: 5 seconds.</summary>
    public TimeSpan MaxInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>No further try once this much time passed since the first. Default: 10 seconds; null for no limit.</summary>
    public TimeSpan? MaxElapsedTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Further tries at most. Default: 10.</summary>
    public int MaxRetries { get; set; } = 10;

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
