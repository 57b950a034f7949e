namespace Temporal.DevServer.Visibility.Query;

/// <summary>What indexes can do for a condition. Every row that satisfies it is found through each of the alternatives and lies in both ranges.</summary>
/// <param name="Alternatives">Each a union of posting lists; the index takes the shortest. Empty: all rows must be looked at.</param>
/// <param name="Exact">Terms whose rows are those of the condition, each row under one term only, so that counting needs no look at rows; else null.</param>
/// <param name="Start">Microseconds between which the start time lies.</param>
/// <param name="Close">Microseconds between which the close time lies; <see cref="long.MaxValue"/> stands for an open run.</param>
internal sealed record IndexPlan(IReadOnlyList<IReadOnlyList<IndexTerm>> Alternatives, IReadOnlyList<IndexTerm>? Exact, MicrosRange Start, MicrosRange Close)
{
    /// <summary>No help.</summary>
    public static IndexPlan None { get; } = new([], null, MicrosRange.All, MicrosRange.All);
}
