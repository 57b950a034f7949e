namespace Orchestrator.Cli;

/// <summary>What the program's exit code says.</summary>
public static class ExitCodes
{
    /// <summary>Everything asked for is done and good.</summary>
    public const int Ok = 0;

    /// <summary>Something ran and failed: a partition, a query, a fixture.</summary>
    public const int Failed = 1;

    /// <summary>The call, a setting, or the pipeline's folder is wrong; nothing ran.</summary>
    public const int Usage = 2;

    /// <summary>The Temporal service or the lake could not be reached.</summary>
    public const int Unavailable = 3;

    /// <summary>Nothing failed, and something waits for a decision.</summary>
    public const int Held = 4;

    /// <summary>What a plan stands on has moved since it was made; nothing ran.</summary>
    public const int PlanMoved = 5;

    /// <summary>Stopped by Ctrl+C; runs that were started go on or can be started again.</summary>
    public const int Interrupted = 130;
}
