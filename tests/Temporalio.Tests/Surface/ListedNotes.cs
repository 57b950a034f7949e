using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Orchestrator.TestKit;
using Temporalio.Client;

namespace Temporalio.Tests.Surface;

/// <summary>What the listing says beside the signatures: initial values of properties, uses of attributes, what is obsolete.</summary>
internal static partial class ListedNotes
{
    private static readonly Assembly Sdk = typeof(TemporalClient).Assembly;

    private static readonly IReadOnlyDictionary<string, Type> Types = Sdk.GetTypes().Where(t => t.IsVisible)
        .GroupBy(TypeText.Of).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    private static readonly IReadOnlyList<string> Lines = ApiListing.Read(TestPaths.InRepo("tests", "Listings", "Temporalio.api.txt"));

    /// <summary>Objects that can be made without arguments, one of each kind.</summary>
    public static IEnumerable<object> Objects => Types.Values
        .Where(t => t is { IsAbstract: false, ContainsGenericParameters: false } && t.GetConstructor(Type.EmptyTypes) is not null && !typeof(Attribute).IsAssignableFrom(t))
        .Select(t => Activator.CreateInstance(t)!);

    /// <summary>
    /// Initial values by type and property; without a note the default of its type. Left out are notes that are more than a plain value, and delegates that cannot be null,
    /// which a constructor sets.
    /// </summary>
    public static IReadOnlyDictionary<(Type Type, string Property), object?> InitialValues { get; } = ReadInitialValues();

    /// <summary>Notes by key of the line.</summary>
    public static IEnumerable<(string Key, string Notes)> All => Lines.Select(l => (ApiListing.Key(l), l.Split("  ;; ") is [_, var notes] ? notes : string.Empty));

    /// <summary>The type of a heading's key; null when it is missing.</summary>
    public static Type? TypeOf(string key) => Types.GetValueOrDefault(key["type ".Length..]);

    private static Dictionary<(Type, string), object?> ReadInitialValues()
    {
        Dictionary<(Type, string), object?> values = [];
        foreach (var match in Lines.Select(l => Property().Match(l)).Where(m => m.Success))
        {
            if (!Types.TryGetValue(match.Groups["type"].Value, out var type)
                || type.GetProperty(match.Groups["name"].Value, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly) is not { } property
                || (typeof(Delegate).IsAssignableFrom(property.PropertyType) && !match.Groups["nullable"].Success))
            {
                continue;
            }

            var note = Initial().Match(match.Groups["notes"].Value);
            if (!note.Success)
            {
                values[(type, property.Name)] = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null;
            }
            else if (TryParse(note.Groups[1].Value.Trim(), property.PropertyType, out var value))
            {
                values[(type, property.Name)] = value;
            }
        }

        return values;
    }

    private static bool TryParse(string text, Type type, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        value = null;
        if (type == typeof(TimeSpan) && Time().Match(text) is { Success: true } time)
        {
            var number = time.Groups[2].Success ? double.Parse(time.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
            value = time.Groups[1].Value switch
            {
                "FromMilliseconds" => TimeSpan.FromMilliseconds(number),
                "FromSeconds" => TimeSpan.FromSeconds(number),
                "FromDays" => TimeSpan.FromDays(number),
                _ => TimeSpan.Zero,
            };
        }
        else if (type.IsEnum && text.StartsWith(type.Name + ".", StringComparison.Ordinal))
        {
            value = Enum.Parse(type, text[(type.Name.Length + 1)..]);
        }
        else if (type == typeof(string) && text is ['"', .. var inner, '"'])
        {
            value = inner;
        }
        else if (type == typeof(bool) && bool.TryParse(text, out var flag))
        {
            value = flag;
        }
        else if (type.IsPrimitive && double.TryParse(text.TrimEnd('F'), CultureInfo.InvariantCulture, out var number))
        {
            value = Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        }

        return value is not null;
    }

    [GeneratedRegex(@"^(?<type>[\w.]+)\.(?<name>\w+) \{ get; (?:set|init); \} -> [^;]*?(?<nullable>\?)?(?:  ;; (?<notes>.*))?$")]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<!documented )default = ([^;]*)")]
    private static partial Regex Initial();

    [GeneratedRegex(@"^TimeSpan\.(\w+)(?:\((\d+)\))?$")]
    private static partial Regex Time();
}
