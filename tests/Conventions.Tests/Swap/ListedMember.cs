namespace Conventions.Tests.Swap;

/// <summary>One member of the listing, taken apart: <c>Head -> Type where ...  modifiers  ;; notes</c>.</summary>
/// <param name="Head">Name with parameters or accessors; for a value of an enum <c>Name = 1</c>.</param>
/// <param name="Type">What it returns or holds; null for constructors and values of enums.</param>
/// <param name="Constraints"><c>where ...</c> of a generic method, else empty.</param>
/// <param name="Modifiers">All but <c>public</c>.</param>
/// <param name="Notes">What the listing says beside the signature.</param>
internal sealed record ListedMember(string Head, string? Type, string Constraints, IReadOnlyList<string> Modifiers, string Notes)
{
    private const string Arrow = " -> ";
    private const string Where = " where ";

    /// <summary>Everything that may name other types.</summary>
    public string Signature => $"{Head} {Type} {Constraints}";

    public bool IsEvent { get; private init; }

    public bool Is(string modifier) => Modifiers.Contains(modifier);

    /// <param name="line">A line of the listing.</param>
    /// <param name="owner">Full name of the type that it belongs to.</param>
    public static ListedMember Parse(string line, string owner)
    {
        var (text, notes) = Split(line, "  ;; ");
        var isEvent = text.StartsWith("event ", StringComparison.Ordinal);
        text = isEvent ? text["event ".Length..] : text;
        if (!text.StartsWith(owner + ".", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"Listing: expected a member of '{owner}', seen '{line}'.");
        }

        var (signature, modifiers) = Split(text[(owner.Length + 1)..], "  ");
        var arrow = signature.LastIndexOf(Arrow, StringComparison.Ordinal);
        var (type, constraints) = arrow < 0 ? (null, string.Empty) : Split(signature[(arrow + Arrow.Length)..], Where);
        return new(
            arrow < 0 ? signature : signature[..arrow],
            type,
            constraints.Length == 0 ? string.Empty : Where + constraints,
            modifiers.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            notes)
        {
            IsEvent = isEvent,
        };
    }

    private static (string Before, string After) Split(string text, string mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? (text, string.Empty) : (text[..at], text[(at + mark.Length)..]);
    }
}
