namespace Temporal.DevServer.Visibility;

/// <summary>A place in a list: open runs first, then by closing time, start time and number, each newest first.</summary>
internal readonly record struct VisibilityPosition(long CloseTicks, long StartTicks, long StoreId)
{
    /// <summary>Stands for "not closed" so that open runs sort before all others.</summary>
    public const long Open = long.MaxValue;
}
