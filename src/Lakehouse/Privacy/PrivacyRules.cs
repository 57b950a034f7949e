using Lakehouse.Contracts;
using Lakehouse.Yaml;

namespace Lakehouse.Privacy;

/// <summary>Reads the custom property <c>privacy</c> of columns: a handling by name, or a map with <c>handling</c> and what it needs.</summary>
internal static class PrivacyRules
{
    /// <summary>The property's name.</summary>
    public const string Property = "privacy";

    private static readonly string[] Keys = ["handling", "showFirst", "showLast", "bucket", "unit", "prefix", "key", "domain", "normalise", "digits"];
    private static readonly string[] Counts = ["showFirst", "showLast", "prefix"];
    private static readonly string[] Units = ["year", "quarter", "month", "week", "day", "hour"];
    private static readonly string[] Forms = ["none", "trim", "lower", "digits"];

    /// <summary>Rule of a column; null when it has none.</summary>
    public static PrivacyRule? Of(ContractColumn column) => column.CustomProperties.TryGetValue(Property, out var value) ? Read(column.ColumnName, value) : null;

    /// <summary>What is wrong with a rule: what was expected and seen.</summary>
    public static IEnumerable<(YamlValue At, string Expected, string Seen)> Faults(ContractColumn column, YamlValue value)
    {
        var handling = value.Kind is YamlKind.Map ? value["handling"] : value;
        if (!TryHandling(handling, out var how))
        {
            yield return (handling ?? value, $"a handling: {string.Join(", ", Enum.GetNames<ColumnHandling>().Select(n => n.ToLowerInvariant()))}", handling?.ToString() ?? "none");
            yield break;
        }

        foreach (var entry in value.Kind is YamlKind.Map ? value.Entries.Where(e => !Keys.Contains(e.Key)) : [])
        {
            yield return (entry.Value, $"one of the keys {string.Join(", ", Keys)}", $"'{entry.Key}'");
        }

        foreach (var key in Counts.Where(k => value.Kind is YamlKind.Map && value[k] is { } count && count.AsInt32() is null))
        {
            yield return (value[key]!, $"a whole number as {key}", value[key]!.ToString());
        }

        if (value.Kind is YamlKind.Map && value["digits"] is { Kind: not YamlKind.Boolean } digits)
        {
            yield return (digits, "true or false as digits", digits.ToString());
        }

        foreach (var entry in value.Kind is YamlKind.Map ? value.Entries.Where(e => Keys.Contains(e.Key) && !KeysOf(how).Contains(e.Key)) : [])
        {
            yield return (entry.Value, $"with handling '{how.ToString().ToLowerInvariant()}' {(KeysOf(how) is ["handling"] ? "no other key" : $"the keys {string.Join(", ", KeysOf(how).Skip(1))}")}", $"'{entry.Key}', which would have no effect");
        }

        var rule = Read(column.ColumnName, value);
        if (rule.ShowFirst < 0 || rule.ShowLast < 0 || rule.Prefix < 0)
        {
            yield return (value, "showFirst, showLast and prefix of 0 or more", "a negative number");
        }

        if (how is ColumnHandling.Generalise && (rule.Bucket is null ? 0 : 1) + (rule.Unit is null ? 0 : 1) + (rule.Prefix is null ? 0 : 1) != 1)
        {
            yield return (value, "one of bucket, unit and prefix with handling 'generalise'", "none or several");
        }

        if (rule.Bucket is not null && !(value["bucket"]!.AsDecimal() > 0))
        {
            yield return (value["bucket"]!, "a bucket above 0", rule.Bucket);
        }

        if (rule.Unit is { } unit && !Units.Contains(unit))
        {
            yield return (value["unit"]!, $"one of {string.Join(", ", Units)}", unit);
        }

        if (!Forms.Contains(rule.Normalise))
        {
            yield return (value["normalise"]!, $"one of {string.Join(", ", Forms)}", rule.Normalise);
        }

        if (!TokenKey.IsName(rule.Key))
        {
            yield return (value["key"]!, "a key's name of letters, digits, '-' and '_'", $"'{rule.Key}'");
        }

        if (rule.KeepsDigits && (column.Options.MinLength ?? 0) < Tokeniser.LeastDigits)
        {
            yield return (value["digits"]!, $"tokens of digits only where 'minLength' is {Tokeniser.LeastDigits} or more", $"{column.Options.MinLength?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no minLength"}: shorter values have too few tokens to stay apart");
        }

        if (how is ColumnHandling.Null && (column.PrimaryKey || column.Required))
        {
            yield return (value, "a column that becomes null to be no key and not required", "one that is: every row would be kept aside");
        }

        if (how is ColumnHandling.Drop && (column.PrimaryKey || column.Partitioned || column.Required))
        {
            yield return (value, "a column that is left out to be no key, no partition and not required", "one that is");
        }
    }

    private static string[] KeysOf(ColumnHandling how) => how switch
    {
        ColumnHandling.Mask => ["handling", "showFirst", "showLast"],
        ColumnHandling.Generalise => ["handling", "bucket", "unit", "prefix"],
        ColumnHandling.Tokenise => ["handling", "key", "domain", "normalise", "digits"],
        _ => ["handling"],
    };

    private static PrivacyRule Read(string column, YamlValue value) => value.Kind is not YamlKind.Map
        ? new PrivacyRule { Column = column, Handling = Handling(value) }
        : new PrivacyRule
        {
            Column = column,
            Handling = Handling(value["handling"]),
            ShowFirst = value["showFirst"]?.AsInt32() ?? 0,
            ShowLast = value["showLast"]?.AsInt32() ?? 0,
            Bucket = value["bucket"]?.AsScalarText(),
            Unit = value["unit"]?.AsString()?.ToLowerInvariant(),
            Prefix = value["prefix"]?.AsInt32(),
            Key = value["key"]?.AsScalarText() ?? "default",
            Domain = value["domain"]?.AsScalarText(),
            Normalise = value["normalise"]?.AsString()?.ToLowerInvariant() ?? "none",
            KeepsDigits = value["digits"]?.AsBoolean() ?? false,
        };

    private static ColumnHandling Handling(YamlValue? value) => TryHandling(value, out var how) ? how : ColumnHandling.Keep;

    // Unquoted, 'null' is YAML's own null.
    private static bool TryHandling(YamlValue? value, out ColumnHandling how) =>
        Enum.TryParse(value?.Kind is YamlKind.Null ? nameof(ColumnHandling.Null) : value?.AsString(), ignoreCase: true, out how) && Enum.IsDefined(how);
}
