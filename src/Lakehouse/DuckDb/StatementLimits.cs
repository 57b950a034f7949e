namespace Lakehouse.DuckDb;

/// <summary>How long each statement of a connection may take, and who hears how far it is.</summary>
internal sealed record StatementLimits(TimeSpan? Timeout, Action<StatementProgress>? OnProgress, TimeSpan ProgressInterval)
{
    public static StatementLimits None { get; } = new(null, null, TimeSpan.FromSeconds(1));

    public static StatementLimits Of(DuckDbOptions options) => new(options.StatementTimeout, options.OnProgress, options.ProgressInterval);
}
