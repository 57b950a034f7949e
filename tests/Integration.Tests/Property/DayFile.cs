namespace Integration.Tests.Property;

/// <summary>The source file of one day, as lines that a test changes.</summary>
internal sealed class DayFile(string path, string header, List<string> lines)
{
    private readonly string _known = header;
    private string _header = header;
    private string _lineEnd = "\n";

    public string Path { get; } = path;

    /// <summary>Lines behind the header, each a record.</summary>
    public List<string> Lines { get; } = lines;

    /// <summary>Whether a run can read it: its header is one that the contract knows.</summary>
    public bool IsSound => _header == _known;

    public bool Exists => File.Exists(Path);

    /// <summary>Gives it a header that no contract knows, or its own again.</summary>
    public void Break(bool broken) => _header = broken ? "What,Is,This" : _known;

    /// <summary>The other way to end lines: other bytes, the same values.</summary>
    public void Retell() => _lineEnd = _lineEnd == "\n" ? "\r\n" : "\n";

    public void Write() => File.WriteAllText(Path, string.Concat(Lines.Prepend(_header).Select(l => l + _lineEnd)));

    /// <summary>Position of a column.</summary>
    public int Column(string name) => Array.IndexOf([.. Split(_known.TrimStart('\uFEFF'))], name);

    /// <summary>A line with another value in one place.</summary>
    public string With(string line, string column, string value)
    {
        var fields = Split(line);
        fields[Column(column)] = value;
        return string.Join(',', fields);
    }

    public string Value(string line, string column) => Split(line)[Column(column)];

    /// <summary>Whether a line has all its fields.</summary>
    public bool IsWhole(string line) => Split(line).Count == Split(_known).Count;

    /// <summary>Fields as they stand, quotes and all.</summary>
    private static List<string> Split(string line)
    {
        var fields = new List<string>();
        var (start, quoted) = (0, false);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || (line[i] == ',' && !quoted))
            {
                fields.Add(line[start..i]);
                start = i + 1;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
        }

        return fields;
    }
}
