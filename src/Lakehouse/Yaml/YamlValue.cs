using System.Globalization;

namespace Lakehouse.Yaml;

/// <summary>An immutable YAML node that knows its place in the file. Aliases and merge keys are already resolved.</summary>
public sealed class YamlValue
{
    private readonly Dictionary<string, YamlEntry>? _byKey;

    private YamlValue(YamlKind kind, string text, int line, int column, IReadOnlyList<YamlValue> items, IReadOnlyList<YamlEntry> entries)
    {
        Kind = kind;
        Text = text;
        Line = line;
        Column = column;
        Items = items;
        Entries = entries;
        _byKey = kind is YamlKind.Map ? entries.ToDictionary(e => e.Key, StringComparer.Ordinal) : null;
    }

    /// <summary>What the node holds.</summary>
    public YamlKind Kind { get; }

    /// <summary>The scalar's text as written; empty for lists and maps.</summary>
    public string Text { get; }

    /// <summary>Line, from 1.</summary>
    public int Line { get; }

    /// <summary>Column, from 1.</summary>
    public int Column { get; }

    /// <summary>The members of a list; empty otherwise.</summary>
    public IReadOnlyList<YamlValue> Items { get; }

    /// <summary>The keys of a map in their order in the file; empty otherwise.</summary>
    public IReadOnlyList<YamlEntry> Entries { get; }

    /// <summary>The value of a key; null when this is no map or has no such key.</summary>
    /// <param name="key">The key, compared exactly.</param>
    public YamlValue? this[string key] => _byKey is not null && _byKey.TryGetValue(key, out var entry) ? entry.Value : null;

    /// <summary>The text of a string scalar; null for every other kind.</summary>
    public string? AsString() => Kind is YamlKind.String ? Text : null;

    /// <summary>The text of any scalar but null; null otherwise.</summary>
    public string? AsScalarText() => Kind is YamlKind.Null or YamlKind.List or YamlKind.Map ? null : Text;

    /// <summary>The boolean; null for every other kind.</summary>
    public bool? AsBoolean() => Kind is YamlKind.Boolean ? Text[0] is 't' or 'T' : null;

    /// <summary>The number as a double; null when the node is none.</summary>
    public double? AsDouble() => Kind is YamlKind.Integer or YamlKind.Number ? YamlScalars.ToDouble(Text) : null;

    /// <summary>The number as a decimal; null when the node is none or does not fit.</summary>
    public decimal? AsDecimal() =>
        Kind is not (YamlKind.Integer or YamlKind.Number) ? null
        : decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) ? exact
        : AsDouble() is { } d && Math.Abs(d) < 7.9e28 ? (decimal)d
        : null;

    /// <summary>The whole number as a 32-bit integer; null when the node is none or does not fit.</summary>
    public int? AsInt32() => AsDouble() is { } d && d == Math.Floor(d) && Math.Abs(d) <= int.MaxValue ? (int)d : null;

    /// <summary>The texts of a list's scalar members; empty when this is no list.</summary>
    public IReadOnlyList<string> AsTexts() => [.. Items.Select(i => i.AsScalarText()).OfType<string>()];

    /// <summary>A map without keys, for readers that want no null checks.</summary>
    public static YamlValue EmptyMap { get; } = new(YamlKind.Map, "", 0, 0, [], []);

    /// <summary>A short form for error texts: scalars as written, collections as their kind and size.</summary>
    public override string ToString() => Kind switch
    {
        YamlKind.Null => "nothing (null)",
        YamlKind.String => $"'{(Text.Length > 60 ? string.Concat(Text.AsSpan(0, 60), "…") : Text)}'",
        YamlKind.List => $"a list of {Items.Count}",
        YamlKind.Map => Entries.Count == 0 ? "an empty map" : $"a map with {string.Join(", ", Entries.Take(5).Select(e => $"'{e.Key}'"))}{(Entries.Count > 5 ? ", …" : "")}",
        _ => Text,
    };

    internal static YamlValue Scalar(YamlKind kind, string text, int line, int column) => new(kind, text, line, column, [], []);

    internal static YamlValue List(IReadOnlyList<YamlValue> items, int line, int column) => new(YamlKind.List, "", line, column, items, []);

    internal static YamlValue Map(IReadOnlyList<YamlEntry> entries, int line, int column) => new(YamlKind.Map, "", line, column, [], entries);
}
