namespace Lakehouse.Contracts;

/// <summary>That a column will go, from its custom property <c>deprecated</c>.</summary>
/// <param name="Since">Version of the contract that said so first; null when not given.</param>
/// <param name="RemovedIn">Version that will be without it; null when not given.</param>
/// <param name="Use">What to use in its place; null when nothing is.</param>
public sealed record Deprecation(string? Since, string? RemovedIn, string? Use)
{
    /// <summary>For people: <c>since 1.4.0, until 2.0.0, use 'place_key'</c>.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Since is null ? null : $"since {Since}", RemovedIn is null ? null : $"until {RemovedIn}", Use is null ? null : $"use '{Use}'" }.OfType<string>());
}
