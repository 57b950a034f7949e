namespace Orchestrator.Pipelines.Yaml;

/// <summary>
/// What a part of a YAML document may look like. One tree of shapes is the single description of the format: the parser checks against it
/// and the JSON Schema for editors is written from it, so the two cannot drift apart.
/// </summary>
/// <param name="Description">What the part means, shown by editors.</param>
internal abstract record Shape(string Description);

/// <summary>Text, optionally of a pattern.</summary>
internal sealed record TextShape(string Description, string? Pattern = null, string? PatternName = null) : Shape(Description);

/// <summary>One of a few words; <paramref name="NotYet"/> are words that the design knows and this version refuses by name.</summary>
internal sealed record ChoiceShape(string Description, IReadOnlyList<string> Values, params string[] NotYet) : Shape(Description);

/// <summary>A whole number within bounds.</summary>
internal sealed record IntegerShape(string Description, long Minimum, long Maximum = long.MaxValue) : Shape(Description);

/// <summary>A number within bounds.</summary>
internal sealed record NumberShape(string Description, double Minimum, double Maximum) : Shape(Description);

/// <summary>True or false.</summary>
internal sealed record BooleanShape(string Description) : Shape(Description);

/// <summary>A duration such as <c>1h30m</c>.</summary>
internal sealed record DurationShape(string Description) : Shape(Description);

/// <summary>A size such as <c>512MB</c>.</summary>
internal sealed record SizeShape(string Description) : Shape(Description);

/// <summary>Any scalar or nothing: a cell of a table.</summary>
internal sealed record CellShape(string Description) : Shape(Description);

/// <summary>A list of like parts.</summary>
internal sealed record ListShape(string Description, Shape Item, int MinItems = 1) : Shape(Description);

/// <summary>A mapping with keys of the author's choice.</summary>
internal sealed record MapShape(string Description, Shape Value, string KeyPattern, string KeyName, int MinItems = 1) : Shape(Description);

/// <summary>A mapping with known keys; <paramref name="NotYet"/> are keys that the design knows and this version refuses by name.</summary>
internal sealed record ObjectShape(string Description, IReadOnlyList<KeyShape> Keys, params string[] NotYet) : Shape(Description);

/// <summary>One key of an <see cref="ObjectShape"/>.</summary>
internal sealed record KeyShape(string Name, Shape Shape, bool Required = false, string? WhyRequired = null);
