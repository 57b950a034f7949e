using System.Text;
using Lakehouse.Contracts;

namespace Lakehouse.Raw.JsonLines;

/// <summary>
/// Which value of a JSON object fills which column. A header of a contract's generation is a key of the object, or a JSON Pointer (RFC 6901) when it begins
/// with a slash: <c>/address/city</c>, <c>/lines/0/price</c>.
/// </summary>
internal sealed class JsonPaths
{
    private readonly Dictionary<string, JsonPaths> _byName = new(StringComparer.Ordinal);
    private readonly List<(byte[] Utf8, JsonPaths Next)> _children = [];

    /// <summary>Field that the value here fills; -1 for none.</summary>
    public int Field { get; private set; } = -1;

    public bool HasChildren => _children.Count > 0;

    public static JsonPaths Of(IReadOnlyList<HeaderColumn> columns)
    {
        var root = new JsonPaths();
        for (var i = 0; i < columns.Count; i++)
        {
            var header = columns[i].Header;
            var parts = header.StartsWith('/')
                ? header[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))
                : [header];
            var node = parts.Aggregate(root, (at, part) => at.Child(part));
            node.Field = node.Field < 0 ? i : throw new LakehouseException("raw.paths", $"The contract maps '{header}' to two columns: expected one.");
        }

        return root;
    }

    public JsonPaths? Find(ref System.Text.Json.Utf8JsonReader reader)
    {
        foreach (var (name, next) in _children)
        {
            if (reader.ValueTextEquals(name))
            {
                return next;
            }
        }

        return null;
    }

    public JsonPaths? At(int index) => _byName.GetValueOrDefault(index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private JsonPaths Child(string name)
    {
        if (!_byName.TryGetValue(name, out var child))
        {
            _byName[name] = child = new JsonPaths();
            _children.Add((Encoding.UTF8.GetBytes(name), child));
        }

        return child;
    }
}
