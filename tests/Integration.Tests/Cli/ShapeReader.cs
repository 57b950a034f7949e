// One file: the shapes and their reader are one grammar.
namespace Integration.Tests.Cli;

/// <summary>What a document, or a part of one, may look like.</summary>
internal abstract record Shape;

/// <summary>A text, a number, true or false; in lists and maps also null.</summary>
internal sealed record Plain : Shape;

/// <summary>A shape that is written out elsewhere.</summary>
internal sealed record Named(string Name) : Shape;

/// <summary>A list.</summary>
internal sealed record ListOf(Shape Item) : Shape;

/// <summary>Values by names that are data.</summary>
internal sealed record MapOf(Shape Value) : Shape;

/// <summary>An object with names that are known.</summary>
internal sealed record ObjectOf(IReadOnlyList<Member> All) : Shape;

/// <summary>One name of an object.</summary>
internal sealed record Member(string Name, bool IsOptional, Shape Shape);

/// <summary>Reads one shape: <c>{a, b?, c: [], d: {*: e}}</c>, <c>[f]</c> or the name of another.</summary>
internal sealed class ShapeReader(string text)
{
    private int _at;

    public Shape ReadAll() => Read() is var shape && Next() == '\0' ? shape : throw new FormatException($"'{text[_at..]}' is left of '{text}'");

    private Shape Read()
    {
        if (Take('['))
        {
            var item = Next() == ']' ? new Plain() : Read();
            return Take(']') ? new ListOf(item) : throw Wrong("]");
        }

        if (!Take('{'))
        {
            return new Named(Word());
        }

        if (Take('*'))
        {
            var value = Take(':') ? Read() : new Plain();
            return Take('}') ? new MapOf(value) : throw Wrong("}");
        }

        var members = new List<Member>();
        do
        {
            members.Add(new Member(Word(), Take('?'), Take(':') ? Read() : new Plain()));
        }
        while (Take(','));
        return Take('}') ? new ObjectOf(members) : throw Wrong("}");
    }

    private string Word()
    {
        Next();
        var from = _at;
        while (_at < text.Length && char.IsAsciiLetterOrDigit(text[_at]))
        {
            _at++;
        }

        return _at > from ? text[from.._at] : throw Wrong("a name");
    }

    private bool Take(char sign)
    {
        if (Next() != sign)
        {
            return false;
        }

        _at++;
        return true;
    }

    private char Next()
    {
        while (_at < text.Length && text[_at] == ' ')
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }

    private FormatException Wrong(string expected) => new($"Expected {expected} at {_at} of '{text}'");
}
