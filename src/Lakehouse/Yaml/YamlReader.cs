using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lakehouse.Yaml;

/// <summary>
/// Reads one YAML document into <see cref="YamlValue"/>s with positions. Repeated keys, unknown aliases and keys that are
/// no text are reported together; text that is no YAML at all ends the reading at that place.
/// </summary>
public sealed class YamlReader
{
    private const int MaxDepth = 100;
    private const int MaxNodes = 1_000_000;

    private readonly IParser _parser;
    private readonly List<YamlProblem> _problems;
    private readonly Dictionary<string, (YamlValue Value, int Nodes)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(IParser parser, List<YamlProblem> problems)
    {
        _parser = parser;
        _problems = problems;
    }

    /// <summary>Reads the document; null when nothing could be read.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="problems">Everything that is wrong, in order of place; empty when the document is sound.</param>
    public static YamlValue? Read(string text, out IReadOnlyList<YamlProblem> problems)
    {
        var found = new List<YamlProblem>();
        problems = found;
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                found.Add(new YamlProblem(1, 1, "$", "the document is empty"));
                return null;
            }

            var root = new YamlReader(parser, found).ReadNode("$", 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                var mark = parser.Current?.Start ?? Mark.Empty;
                found.Add(new YamlProblem((int)mark.Line, (int)mark.Column, "$", "a second document begins here; one document per file is expected"));
            }

            return root;
        }
        catch (YamlException e)
        {
            var (line, column) = TabOf(text) is { } tab && e.Message.Contains("tab", StringComparison.Ordinal) ? tab : ((int)e.Start.Line, (int)e.Start.Column);
            found.Add(new YamlProblem(line, column, "$", $"not readable as YAML: {e.InnerException?.Message ?? e.Message}"));
            return null;
        }
        catch (InvalidOperationException)
        {
            // The scanner's own failure on some broken flow lists; it has no place, so the last one that was read is the nearest.
            var mark = parser.Current?.End ?? Mark.Empty;
            found.Add(new YamlProblem((int)mark.Line, (int)mark.Column, "$", "not readable as YAML: a plain text breaks off after this place"));
            return null;
        }
    }

    /// <summary>The first tab that indents a line: the scanner names the start of the mapping around it.</summary>
    private static (int Line, int Column)? TabOf(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart(' ', '\t').Length;
            if (lines[i].IndexOf('\t', 0, indent) is >= 0 and var at)
            {
                return (i + 1, at + 1);
            }
        }

        return null;
    }

    private YamlValue ReadNode(string path, int depth)
    {
        var start = _parser.Current?.Start ?? Mark.Empty;
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw new YamlException(start, start, depth > MaxDepth ? $"more than {MaxDepth} levels deep" : $"more than {MaxNodes} nodes");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Resolve(alias, path);
        }

        var anchor = (_parser.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        var before = _nodes;
        var value = _parser.Current switch
        {
            SequenceStart => ReadList(path, depth),
            MappingStart => ReadMap(path, depth),
            _ => ReadScalar(),
        };
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = (value, _nodes - before + 1);
        }

        return value;
    }

    private YamlValue Resolve(AnchorAlias alias, string path)
    {
        var (line, column) = ((int)alias.Start.Line, (int)alias.Start.Column);
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
        {
            _problems.Add(new YamlProblem(line, column, path, $"the alias '*{alias.Value}' names no anchor before it"));
            return YamlValue.Scalar(YamlKind.Null, "", line, column);
        }

        // Counted as if written out, so that aliases of aliases cannot grow without limit.
        if ((_nodes += target.Nodes) > MaxNodes)
        {
            throw new YamlException(alias.Start, alias.End, $"more than {MaxNodes} nodes once aliases are followed");
        }

        return target.Value;
    }

    private YamlValue ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        var kind = scalar.Style is ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific || scalar.Tag.Value != "tag:yaml.org,2002:str")
            ? YamlScalars.Resolve(scalar.Value)
            : YamlKind.String;
        return YamlValue.Scalar(kind, scalar.Value, (int)scalar.Start.Line, (int)scalar.Start.Column);
    }

    private YamlValue ReadList(string path, int depth)
    {
        var start = _parser.Consume<SequenceStart>().Start;
        var items = new List<YamlValue>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        }

        return YamlValue.List(items, (int)start.Line, (int)start.Column);
    }

    private YamlValue ReadMap(string path, int depth)
    {
        var start = _parser.Consume<MappingStart>().Start;
        var entries = new List<YamlEntry>();
        var merged = new List<YamlValue>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(path, depth + 1);
            if (key.Kind is YamlKind.List or YamlKind.Map)
            {
                _problems.Add(new YamlProblem(key.Line, key.Column, path, $"a key must be text, this one is {key}"));
                ReadNode(path, depth + 1);
                continue;
            }

            var value = ReadNode($"{path}.{key.Text}", depth + 1);
            if (key.Text == "<<")
            {
                IReadOnlyList<YamlValue> given = value.Kind is YamlKind.List ? value.Items : [value];
                merged.AddRange(given);
                _problems.AddRange(given.Where(g => g.Kind is not YamlKind.Map).Select(g => new YamlProblem(key.Line, key.Column, $"{path}.<<", $"'<<' merges mappings, this is {g}")));
            }
            else if (!seen.TryAdd(key.Text, key.Line))
            {
                _problems.Add(new YamlProblem(key.Line, key.Column, $"{path}.{key.Text}", $"the key '{key.Text}' is already given on line {seen[key.Text]}"));
            }
            else
            {
                entries.Add(new YamlEntry(key.Text, key.Line, key.Column, value));
            }
        }

        entries.AddRange(merged.SelectMany(m => m.Entries).Where(e => seen.TryAdd(e.Key, e.Line)));
        return YamlValue.Map(entries, (int)start.Line, (int)start.Column);
    }
}
