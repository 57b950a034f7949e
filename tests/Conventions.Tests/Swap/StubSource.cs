using System.Text;
using System.Text.RegularExpressions;

namespace Conventions.Tests.Swap;

/// <summary>C# of an assembly with the listed members: every body throws.</summary>
internal sealed partial class StubSource
{
    /// <summary>A constructor that no user can call: a class whose listing has none must not get the compiler's, and every derived one needs one to call.</summary>
    private const string Marker = "global::Stub";

    private readonly Dictionary<string, ListedType> _types;
    private readonly StringBuilder _text = new();

    private StubSource(ListedApi api) => _types = api.Types.ToDictionary(t => ListedType.Key(t.Name), StringComparer.Ordinal);

    public static string Write(ListedApi api)
    {
        var source = new StubSource(api);
        var outer = api.Types.Where(t => !source.IsNested(t)).ToList();
        foreach (var ns in outer.Select(t => ListedApi.Parent(t.Name)).Distinct().Prepend("Temporalio.Api.Enums.V1").Prepend("System"))
        {
            source._text.Append($"using {ns};\n");
        }

        source._text.Append("internal readonly struct Stub { }\n");
        foreach (var ns in outer.GroupBy(t => ListedApi.Parent(t.Name)))
        {
            source._text.Append($"namespace {ns.Key} {{\n");
            foreach (var type in ns)
            {
                source.Write(type);
            }

            source._text.Append("}\n");
        }

        return source._text.ToString();
    }

    private bool IsNested(ListedType type) => _types.Keys.Any(k => k.Split('`')[0] == ListedApi.Parent(type.Name));

    private void Write(ListedType type)
    {
        var name = Arguments().Replace(type.Name, string.Empty);
        var declared = type.Name[(ListedApi.Parent(type.Name).Length + 1)..];
        _text.Append(AttributesOf(type.Notes)).Append(Access(type.Modifiers));
        if (type.Kind == "enum")
        {
            _text.Append($" enum {declared} {{ {string.Join(", ", type.Members.Select(m => m.Head))} }}\n");
            return;
        }

        _text.Append($" {string.Join(' ', type.Modifiers.Where(m => m != "protected").Append(type.Kind))} {declared}");
        _text.Append(type.Bases.Count == 0 ? string.Empty : " : " + string.Join(", ", type.Bases)).Append(type.Constraints).Append(" {\n");
        var chain = HasListedBase(type) ? " : base(default(Stub))" : string.Empty;
        if (type.Kind is "class" or "record" && !type.IsStatic)
        {
            _text.Append($"internal {Simple(declared)}({Marker} _){chain} {{ }}\n");
        }

        foreach (var member in type.Members)
        {
            _text.Append(AttributesOf(member.Notes)).Append(Member(type, member, Simple(declared), chain)).Append('\n');
        }

        foreach (var item in type.Bases.Where(b => b.StartsWith("System.Collections.Generic.IReadOnly", StringComparison.Ordinal)))
        {
            // The one explicit implementation that the listing leaves out and the compiler wants.
            _text.Append("System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw null!;\n");
        }

        foreach (var nested in _types.Values.Where(t => ListedApi.Parent(t.Name) == name && t != type && IsNestedIn(t, type)))
        {
            Write(nested);
        }

        _text.Append("}\n");
    }

    private static bool IsNestedIn(ListedType nested, ListedType type) => nested.Name.StartsWith(type.Name + ".", StringComparison.Ordinal);

    private string Member(ListedType type, ListedMember member, string typeName, string chain)
    {
        if (member.Head.StartsWith(".ctor(", StringComparison.Ordinal))
        {
            return $"{Access(member.Modifiers)} {typeName}{member.Head[".ctor".Length..]}{chain} => throw null!;";
        }

        var modifiers = type.Kind == "interface" ? string.Empty : $"{Access(member.Modifiers)} {string.Join(' ', member.Modifiers.Where(m => m != "protected"))} ";
        if (member.Is("const"))
        {
            var at = member.Head.IndexOf(" = ", StringComparison.Ordinal);
            return $"{modifiers}{member.Type} {member.Head[..at]}{member.Head[at..]};";
        }

        var isAbstract = member.Is("abstract") || (type.Kind == "interface" && !member.Notes.Contains("default implementation", StringComparison.Ordinal));
        if (member.IsEvent)
        {
            return $"{modifiers}event {member.Type} {member.Head} {{ add => throw null!; remove => throw null!; }}";
        }

        if (member.Head.EndsWith('}'))
        {
            var at = member.Head.LastIndexOf(" { ", StringComparison.Ordinal);
            var accessors = member.Head[at..];
            return $"{modifiers}{member.Type} {member.Head[..at]}{(isAbstract ? accessors : accessors.Replace(";", " => throw null!;", StringComparison.Ordinal))}";
        }

        if (!member.Head.EndsWith(')'))
        {
            return $"{modifiers}{member.Type} {member.Head} = default!;";
        }

        return $"{modifiers}{member.Type} {member.Head}{Constraints(member)}{(isAbstract ? ";" : " => throw null!;")}";
    }

    /// <summary>An overriding method takes its constraints from the overridden one and may not repeat them.</summary>
    private static string Constraints(ListedMember member) => member.Is("override") ? string.Empty : member.Constraints;

    private bool HasListedBase(ListedType type) =>
        type.Bases.Count > 0 && _types.TryGetValue(ListedType.Key(type.Bases[0]), out var parent) && parent.Kind is "class" or "record" && !type.IsStatic;

    private static string Access(IEnumerable<string> modifiers) => modifiers.Contains("protected") ? "protected" : "public";

    private static string Simple(string declared) => declared.Split('<')[0];

    private static string AttributesOf(string notes) => string.Concat(Attributes().Matches(notes).Select(m => m.Value + " "));

    [GeneratedRegex(@"\[(?:AttributeUsage\([^\]]*\)|Obsolete)\]")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"<[^<>]*>$")]
    private static partial Regex Arguments();
}
