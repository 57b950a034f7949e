using System.Globalization;
using System.Text.RegularExpressions;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>
/// Compares a document with its shape and reports every difference with its place. What a document lacks is looked for separately
/// (<see cref="Loading.RequiredChecker"/>) where it is laid over another one.
/// </summary>
/// <param name="file">The document's file.</param>
/// <param name="errors">Takes what is found.</param>
/// <param name="partial">Whether the document may lack what the whole one has to have.</param>
/// <param name="withheld">Values that have been reported already and are never shown.</param>
internal sealed class ShapeChecker(string file, ErrorList errors, bool partial = false, IReadOnlySet<YamlValue>? withheld = null)
{
    public void Check(YamlValue value, Shape shape, string path = "")
    {
        if (withheld?.Contains(value) == true)
        {
            return;
        }

        switch (shape)
        {
            case ObjectShape o when value.Kind == YamlKind.Map:
                CheckObject(value, o, path);
                break;
            case MapShape m when value.Kind == YamlKind.Map:
                CheckMap(value, m, path);
                break;
            case ListShape l when value.Kind == YamlKind.List:
                CheckList(value, l, path);
                break;
            case ObjectShape or MapShape or ListShape:
                WrongType(value, shape, path);
                break;
            default:
                CheckScalar(value, shape, path);
                break;
        }
    }

    /// <summary>What a shape accepts, in words.</summary>
    public static string Expected(Shape shape) => shape switch
    {
        ObjectShape => "a mapping",
        MapShape => "a mapping",
        ListShape => "a list",
        ChoiceShape c => "one of " + string.Join(", ", c.Values.Select(v => $"'{v}'")),
        IntegerShape i => i.Maximum == long.MaxValue ? $"a whole number from {i.Minimum}" : $"a whole number from {i.Minimum} to {i.Maximum}",
        NumberShape n => string.Create(CultureInfo.InvariantCulture, $"a number from {n.Minimum} to {n.Maximum}"),
        BooleanShape => "true or false",
        DurationShape => "a duration above zero such as '30s', '5m' or '1h30m', at most '3650d'",
        SizeShape => "a size with its unit such as '512MB' or '2GiB'",
        TextShape { PatternName: { } name } => name,
        CellShape => "a single value",
        _ => "text",
    };

    /// <summary>Reports a key that has to be there and is not.</summary>
    public static void Missing(ErrorList errors, Place place, KeyShape key) =>
        errors.Add(place, $"'{key.Name}' is missing", $"{Expected(key.Shape)}: {key.Shape.Description}", help: key.WhyRequired);

    /// <summary>Whether a pattern covers the whole text. A final line feed is part of it: '$' alone would let it pass.</summary>
    private static bool Fits(string text, string pattern) => Regex.Match(text, pattern) is { Success: true } match && match.Length == text.Length;

    private void CheckObject(YamlValue map, ObjectShape shape, string path)
    {
        foreach (var entry in map.Entries)
        {
            var inner = Join(path, entry.Key);
            if (shape.Keys.FirstOrDefault(k => k.Name == entry.Key) is { } known)
            {
                Check(entry.Value, known.Shape, inner);
            }
            else if (shape.NotYet.Contains(entry.Key))
            {
                errors.Add(Place.Of(file, entry, inner), $"'{entry.Key}' is not supported by this version", help: "remove the key.");
            }
            else
            {
                errors.Add(Place.Of(file, entry, inner), $"unknown key '{entry.Key}'", help: Suggestions.For(entry.Key, shape.Keys.Select(k => k.Name).Where(k => map[k] is null)));
            }
        }

        foreach (var missing in shape.Keys.Where(k => !partial && k.Required && map[k.Name] is null))
        {
            Missing(errors, Place.Of(file, map, path), missing);
        }
    }

    private void CheckMap(YamlValue map, MapShape shape, string path)
    {
        if (!partial && map.Entries.Count < shape.MinItems)
        {
            errors.Add(Place.Of(file, map, path), "nothing is declared here", $"at least {shape.MinItems} entry");
        }

        foreach (var entry in map.Entries)
        {
            var inner = Join(path, entry.Key);
            if (!Fits(entry.Key, shape.KeyPattern))
            {
                errors.Add(Place.Of(file, entry, inner), $"'{entry.Key}' is not a good name here", shape.KeyName, $"'{entry.Key}'");
            }

            Check(entry.Value, shape.Value, inner);
        }
    }

    private void CheckList(YamlValue list, ListShape shape, string path)
    {
        if (list.Items.Count < shape.MinItems)
        {
            errors.Add(Place.Of(file, list, path), "the list is empty", $"at least {shape.MinItems} entry");
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            Check(list.Items[i], shape.Item, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]");
        }
    }

    private void CheckScalar(YamlValue value, Shape shape, string path)
    {
        if (shape is ChoiceShape choice && value.AsString() is { } word)
        {
            CheckChoice(value, word, choice, path);
            return;
        }

        var text = value.AsString();
        var fits = shape switch
        {
            CellShape => value.Kind is not (YamlKind.List or YamlKind.Map),
            TextShape t => text is not null && text.Trim().Length > 0 && (t.Pattern is null || Fits(text, t.Pattern)),
            IntegerShape i => value.Kind == YamlKind.Integer && value.AsDouble() is { } whole && Math.Abs(whole) < 1e15 && whole >= i.Minimum && whole <= i.Maximum,
            NumberShape n => value.AsDouble() is { } number && number >= n.Minimum && number <= n.Maximum,
            BooleanShape => value.Kind == YamlKind.Boolean,
            DurationShape => text is not null && Scalars.TryDuration(text, out _),
            SizeShape => text is not null && Scalars.TrySize(text, out _),
            _ => false,
        };
        if (!fits)
        {
            WrongType(value, shape, path);
        }
    }

    private void CheckChoice(YamlValue value, string word, ChoiceShape choice, string path)
    {
        if (choice.NotYet.Contains(word))
        {
            errors.Add(Place.Of(file, value, path), $"'{word}' is not supported by this version", Expected(choice), $"'{word}'");
        }
        else if (!choice.Values.Contains(word))
        {
            errors.Add(Place.Of(file, value, path), "wrong value", Expected(choice), $"'{word}'", Suggestions.For(word, choice.Values));
        }
    }

    private void WrongType(YamlValue value, Shape shape, string path)
    {
        var scalar = value.Kind is YamlKind.Boolean or YamlKind.Integer or YamlKind.Number;
        var quote = shape is TextShape && scalar ? $"write it in quotes: '{value.Text}'." : null;
        errors.Add(Place.Of(file, value, path), "wrong value", Expected(shape), scalar ? $"{value.Kind.ToString().ToLowerInvariant()} {value}" : value.ToString(), quote);
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
