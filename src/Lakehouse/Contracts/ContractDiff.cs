using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lakehouse.Contracts;

/// <summary>The differences between two versions of a contract and whether the version number tells of them.</summary>
/// <param name="Old">The earlier contract.</param>
/// <param name="New">The later contract.</param>
/// <param name="Changes">All differences, breaking ones first.</param>
public sealed record ContractDiff(DataContract Old, DataContract New, IReadOnlyList<ContractChange> Changes)
{
    /// <summary>The gravest impact of any change.</summary>
    public ContractImpact Impact => Changes.Count == 0 ? ContractImpact.None : Changes.Max(c => c.Impact);

    /// <summary>
    /// True when the new version number says what happened: a breaking change needs a higher major, an addition at least a higher
    /// minor, any other change at least a higher patch. A number that is not of the form 1.2.3 must only differ.
    /// </summary>
    public bool IsVersionSufficient
    {
        get
        {
            if (Changes.Count == 0)
            {
                return true;
            }

            if (Parts(Old.Version) is not var (major, minor, patch) || Parts(New.Version) is not var (newMajor, newMinor, newPatch))
            {
                return !string.Equals(Old.Version, New.Version, StringComparison.Ordinal);
            }

            return newMajor > major
                || (Impact < ContractImpact.Breaking && newMajor == major
                    && (newMinor > minor || (Impact < ContractImpact.Additive && newMinor == minor && newPatch > patch)));
        }
    }

    /// <summary>Compares two versions of a contract.</summary>
    /// <param name="old">The earlier one.</param>
    /// <param name="new">The later one.</param>
    public static ContractDiff Compare(DataContract old, DataContract @new)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        return new ContractDiff(old, @new, [.. ContractComparison.Changes(old, @new).OrderByDescending(c => c.Impact)]);
    }

    /// <summary>The differences as a text of several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Contract '{New.Id}' {Old.Version} → {New.Version}: {Changes.Count} change(s), {Impact.ToString().ToLowerInvariant()}.");
        foreach (var change in Changes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {change.Impact.ToString().ToLowerInvariant(),-9} {change.Description}");
        }

        if (!IsVersionSufficient)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  Help: raise the {(Impact is ContractImpact.Breaking ? "major" : Impact is ContractImpact.Additive ? "minor" : "patch")} version; {New.Version} does not tell readers what changed.");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The differences as JSON, for tools: ids, versions, impact, whether the version suffices, and each change.</summary>
    public string ToJson() => JsonSerializer.Serialize(new
    {
        id = New.Id,
        oldVersion = Old.Version,
        newVersion = New.Version,
        impact = Name(Impact),
        isVersionSufficient = IsVersionSufficient,
        changes = Changes.Select(c => new { table = c.Table, column = c.Column, kind = Name(c.Kind), impact = Name(c.Impact), description = c.Description }),
    });

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static (int, int, int)? Parts(string version)
    {
        var parts = version.TrimStart('v').Split('-', '+')[0].Split('.');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var patch)
                ? (major, minor, patch)
                : null;
    }
}
