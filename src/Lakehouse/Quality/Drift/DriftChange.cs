namespace Lakehouse.Quality.Drift;

/// <summary>One difference between a table and what it was.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Column">The column, by its new name where it has one; null for the order of all.</param>
/// <param name="Was">What it was: a name, a type, a way of writing.</param>
/// <param name="Is">What it is.</param>
public sealed record DriftChange(DriftKind Kind, string? Column, string? Was, string? Is)
{
    /// <summary>The difference for people.</summary>
    public override string ToString() => Kind switch
    {
        DriftKind.Added => $"column '{Column}' is new",
        DriftKind.Removed => $"column '{Column}' is gone",
        DriftKind.Renamed => $"column '{Was}' is probably '{Column}' now ({Is})",
        DriftKind.Reordered => "the columns stand in another order",
        DriftKind.Retyped => $"column '{Column}' is of type {Is}, was {Was}",
        _ => $"column '{Column}' means something else: {Is}, was {Was}",
    };
}
