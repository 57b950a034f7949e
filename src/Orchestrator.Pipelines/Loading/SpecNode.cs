using Lakehouse.Yaml;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>
/// A part of a pipeline's YAML with its path, overlays included: mappings are looked up key by key through all files, topmost first,
/// single values and lists come whole from the topmost file that has them.
/// </summary>
internal sealed record SpecNode(IReadOnlyList<SpecNode.Layer> Layers, string Path)
{
    /// <summary>One file's version of the part.</summary>
    public readonly record struct Layer(string File, YamlValue Value, Place Place);

    /// <summary>The root of a document under its overlays.</summary>
    /// <param name="files">Files and their documents, topmost first.</param>
    public static SpecNode Root(IEnumerable<(string File, YamlValue Document)> files) =>
        new([.. files.Select(f => new Layer(f.File, f.Document, Place.Of(f.File, f.Document, "")))], "");

    public bool Exists => Layers.Count > 0;

    public Place Place => Layers.Count > 0 ? Layers[0].Place : new Place("", 0, 0, Path);

    public string? Text => Top?.AsString();

    public int? Integer => Top?.AsInt32();

    public long? Long => Top?.AsDouble() is { } number && number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : null;

    public double? Number => Top?.AsDouble();

    public decimal? Decimal => Top?.AsDecimal();

    /// <summary>The kind of the topmost file's value; null when no file has it.</summary>
    public YamlKind? Kind => Top?.Kind;

    public bool? Boolean => Top?.AsBoolean();

    public TimeSpan? Duration => Text is { } text && Scalars.TryDuration(text, out var duration) ? duration : null;

    public long? Size => Text is { } text && Scalars.TrySize(text, out var bytes) ? bytes : null;

    /// <summary>The enum member that the text names; null when there is none.</summary>
    public T? Choice<T>()
        where T : struct, Enum => Words.Parse<T>(Text);

    public Located<string>? LocatedText => Text is { } text ? new Located<string>(text, Place) : null;

    /// <summary>The value of a key; a node that does not exist when no file has it.</summary>
    public SpecNode this[string key]
    {
        get
        {
            var path = Path.Length == 0 ? key : $"{Path}.{key}";
            var found = new List<Layer>();
            foreach (var layer in Layers)
            {
                if (layer.Value[key] is not { } value)
                {
                    continue;
                }

                found.Add(new Layer(layer.File, value, Place.Of(layer.File, value, path)));
                if (value.Kind != YamlKind.Map)
                {
                    break;
                }
            }

            return new SpecNode(found, path);
        }
    }

    /// <summary>The keys of a mapping with where each is first written; the lowest file's order, then what overlays add.</summary>
    public IEnumerable<Located<string>> Keys =>
        Layers.Reverse().SelectMany(l => l.Value.Entries.Select(e => new Located<string>(e.Key, Place.Of(l.File, e, Path.Length == 0 ? e.Key : $"{Path}.{e.Key}"))))
            .DistinctBy(k => k.Value);

    /// <summary>The texts of a list, without entries that are none.</summary>
    public IReadOnlyList<string> Texts => [.. Items.Select(i => i.Text).OfType<string>()];

    /// <summary>The entries of a list.</summary>
    public IEnumerable<SpecNode> Items =>
        Layers.Count == 0 ? [] : Layers[0].Value.Items.Select((item, i) => new SpecNode([new Layer(Layers[0].File, item, Place.Of(Layers[0].File, item, $"{Path}[{i}]"))], $"{Path}[{i}]"));

    private YamlValue? Top => Layers.Count > 0 ? Layers[0].Value : null;
}
