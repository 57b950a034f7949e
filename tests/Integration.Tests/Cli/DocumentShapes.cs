using System.Text.Json;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>
/// The shapes of documents as docs/specs/documents.md gives them to people. A name without mark is always there, one with a question mark may be left out; nothing else may stand in a document.
/// </summary>
internal sealed class DocumentShapes
{
    private const string Fence = "```shapes\n";

    private readonly Dictionary<string, Shape> _shapes = new(StringComparer.Ordinal);

    private DocumentShapes(string page)
    {
        foreach (var block in page.ReplaceLineEndings("\n").Split(Fence).Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]))
        {
            // A line that is indented goes on with the one before it.
            foreach (var line in block.Trim().Replace("\n ", " ", StringComparison.Ordinal).Split('\n'))
            {
                var (names, shape) = line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (line[..at], line[(at + 1)..]) : throw new FormatException($"No '=': {line}");
                foreach (var name in names.Split(',', StringSplitOptions.TrimEntries))
                {
                    _shapes.Add(name, new ShapeReader(shape).ReadAll());
                }
            }
        }
    }

    /// <summary>Verbs and shapes that others name.</summary>
    public IReadOnlyCollection<string> Names => _shapes.Keys;

    public static DocumentShapes OfTheGuide() => new(File.ReadAllText(TestPaths.InRepo("docs", "specs", "documents.md")));

    public static DocumentShapes Parse(string shapes) => new($"{Fence}{shapes}\n```");

    /// <summary>What of a document is not as its shape says; names that it has are added to <paramref name="seen"/> as <c>shape.name</c>.</summary>
    public IReadOnlyList<string> Faults(string name, JsonElement document, ISet<string>? seen = null)
    {
        var faults = new List<string>();
        Check(new Named(name), document, name, "", faults, seen ?? new HashSet<string>());
        return faults;
    }

    /// <summary>Every name in every shape, as <see cref="Faults"/> tells those that it has seen.</summary>
    public IReadOnlyList<string> Members() => [.. _shapes.SelectMany(s => Members(s.Value, s.Key)).Distinct()];

    /// <summary>Shapes that are named and not given.</summary>
    public IReadOnlyList<string> Undefined() => [.. _shapes.Values.SelectMany(Refers).Where(n => !_shapes.ContainsKey(n)).Distinct()];

    private void Check(Shape shape, JsonElement at, string path, string place, List<string> faults, ISet<string> seen)
    {
        var where = place.Length == 0 ? "the document" : place;
        switch (shape)
        {
            case Named named:
                Check(_shapes[named.Name], at, named.Name, place, faults, seen);
                break;
            case Plain when at.ValueKind is JsonValueKind.Object or JsonValueKind.Array:
                faults.Add($"{where} is {at.ValueKind}, the guide says a value");
                break;
            case ListOf or MapOf or ObjectOf when at.ValueKind != (shape is ListOf ? JsonValueKind.Array : JsonValueKind.Object):
                faults.Add($"{where} is {at.ValueKind}, the guide says {(shape is ListOf ? "a list" : "an object")}");
                break;
            case ListOf list:
                foreach (var (i, item) in at.EnumerateArray().Index())
                {
                    Check(list.Item, item, path, $"{place}[{i}]", faults, seen);
                }

                break;
            case MapOf map:
                foreach (var entry in at.EnumerateObject())
                {
                    Check(map.Value, entry.Value, path, $"{place}.{entry.Name}", faults, seen);
                }

                break;
            case ObjectOf members:
                faults.AddRange(at.EnumerateObject().Where(p => members.All.All(m => m.Name != p.Name)).Select(p => $"{where} has '{p.Name}', which the guide does not name"));
                foreach (var member in members.All)
                {
                    if (at.TryGetProperty(member.Name, out var value))
                    {
                        seen.Add($"{path}.{member.Name}");
                        Check(member.Shape, value, $"{path}.{member.Name}", $"{place}.{member.Name}", faults, seen);
                    }
                    else if (!member.IsOptional)
                    {
                        faults.Add($"{where} has no '{member.Name}', which the guide says is always there");
                    }
                }

                break;
        }
    }

    private static IEnumerable<string> Members(Shape shape, string path) => shape switch
    {
        ListOf list => Members(list.Item, path),
        MapOf map => Members(map.Value, path),
        ObjectOf members => members.All.SelectMany(m => Members(m.Shape, $"{path}.{m.Name}").Prepend($"{path}.{m.Name}")),
        _ => [],
    };

    private static IEnumerable<string> Refers(Shape shape) => shape switch
    {
        Named named => [named.Name],
        ListOf list => Refers(list.Item),
        MapOf map => Refers(map.Value),
        ObjectOf members => members.All.SelectMany(m => Refers(m.Shape)),
        _ => [],
    };
}
