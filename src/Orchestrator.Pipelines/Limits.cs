namespace Orchestrator.Pipelines;

/// <summary>What a run may use at most. All but the optional ones are mandatory: a run that nothing stops is a financial risk.</summary>
public sealed record Limits
{
    /// <summary>Longest time of one run.</summary>
    public required TimeSpan RunTimeout { get; init; }

    /// <summary>Longest time of one step. Default: null, only the run's time counts.</summary>
    public TimeSpan? StepTimeout { get; init; }

    /// <summary>Memory of the SQL engine in one step, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Disk space that one step may use when memory is not enough, in bytes.</summary>
    public required long SpillBytes { get; init; }

    /// <summary>Source files that one run may read, in bytes.</summary>
    public required long InputBytes { get; init; }

    /// <summary>Threads of the SQL engine in one step. Default: null, as many as the machine has cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Rows that one dataset may get in one run. Default: null, no limit.</summary>
    public long? Rows { get; init; }

    /// <summary>What one run may cost, in the currency of the workers' price list. Default: null, no limit.</summary>
    public decimal? Cost { get; init; }
}
