namespace Lakehouse.Quality.Patterns;

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>One character of a set: some of the ASCII ones, and all others or none of them.</summary>
    public sealed record Characters(bool[] Ascii, bool Others) : PatternNode;

    /// <summary>Parts one after the other.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>One of several parts.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Options) : PatternNode;

    /// <summary>A part several times; without a most, any number of times.</summary>
    public sealed record Repeat(PatternNode Part, int Least, int? Most) : PatternNode;
}
