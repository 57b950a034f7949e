namespace Lakehouse.DuckDb;

/// <summary>How far a running statement is.</summary>
/// <param name="Percent">Part that is done, 0 to 100; null when the engine cannot tell.</param>
/// <param name="Rows">Rows worked through so far.</param>
/// <param name="TotalRows">Rows there are to work through, as the engine estimates; 0 when it cannot tell.</param>
public sealed record StatementProgress(double? Percent, long Rows, long TotalRows)
{
    internal static StatementProgress Of(NativeProgress progress) =>
        new(progress.Percentage < 0 ? null : progress.Percentage, (long)progress.RowsProcessed, (long)progress.TotalRows);
}
