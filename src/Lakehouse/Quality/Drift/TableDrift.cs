using System.Globalization;
using System.Text.Json;
using Lakehouse.Contracts;

namespace Lakehouse.Quality.Drift;

/// <summary>How a table differs from what it was, by names, places, types and values. A report for people; nothing is refused because of it.</summary>
/// <param name="Changes">The differences.</param>
public sealed record TableDrift(IReadOnlyList<DriftChange> Changes)
{
    // Below this many values a share or a median says nothing.
    private const long FewValues = 20;

    // A way of writing that most values had and few have, or the other way round, is a change and not chance.
    private const double Most = 0.5;
    private const double Few = 0.05;

    private const double SameValues = 0.5;

    // Factors between units that people mix up; powers of ten are found by themselves.
    private static readonly (double Factor, string Name)[] Units =
    [
        (60, "minutes for hours, or seconds for minutes"), (3600, "seconds for hours"), (24, "hours for days"), (86_400, "seconds for days"), (1024, "bytes for kilobytes"),
        (3.28084, "feet for metres"), (1.609344, "kilometres for miles"), (2.20462, "pounds for kilograms"), (0.453592, "kilograms for pounds"), (0.3048, "metres for feet"), (2.54, "centimetres for inches"),
    ];

    /// <summary>Compares profiles.</summary>
    /// <param name="before">What the table was.</param>
    /// <param name="after">What it is.</param>
    public static TableDrift Compare(TableProfile before, TableProfile after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var (was, now) = (before.Columns.Select(c => c.Name).ToList(), after.Columns.Select(c => c.Name).ToList());
        var (gone, fresh) = (was.Except(now).ToList(), now.Except(was).ToList());
        var renamed = ByValues(before, after, gone, fresh);
        renamed.AddRange(RenameFinder.Find(was, now, [.. gone.Except(renamed.Select(r => r.Declared))], [.. fresh.Except(renamed.Select(r => r.Seen))]));
        var pairs = before.Columns.Select(c => (Was: c, Is: after.Columns.FirstOrDefault(a => a.Name == (renamed.FirstOrDefault(r => r.Declared == c.Name)?.Seen ?? c.Name)))).Where(p => p.Is is not null);
        return new TableDrift(
        [
            .. renamed.Select(r => new DriftChange(DriftKind.Renamed, r.Seen, r.Declared, r.Reason)),
            .. gone.Except(renamed.Select(r => r.Declared)).Select(c => new DriftChange(DriftKind.Removed, c, null, null)),
            .. fresh.Except(renamed.Select(r => r.Seen)).Select(c => new DriftChange(DriftKind.Added, c, null, null)),
            .. was.Where(now.Contains).SequenceEqual(now.Where(was.Contains)) ? Array.Empty<DriftChange>() : [new DriftChange(DriftKind.Reordered, null, null, null)],
            .. pairs.SelectMany(p => Column(p.Was, p.Is!)),
        ]);
    }

    /// <summary>The differences as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(Changes.Select(c => new { kind = c.Kind.ToString().ToLowerInvariant(), column = c.Column, was = c.Was, @is = c.Is, text = c.ToString() }));

    /// <summary>The differences as lines.</summary>
    public override string ToString() => Changes.Count == 0 ? "no difference" : string.Join(Environment.NewLine, Changes);

    /// <summary>Columns that vanished and came, best pairs first, where at least half of all values of both are common.</summary>
    private static List<RenameCandidate> ByValues(TableProfile before, TableProfile after, IReadOnlyList<string> gone, IReadOnlyList<string> fresh)
    {
        var found = new List<RenameCandidate>();
        var candidates = from b in before.Columns
                         where gone.Contains(b.Name) && b.Sketch.Count > 2
                         from a in after.Columns
                         where fresh.Contains(a.Name) && a.Sketch.Count > 2
                         let common = b.Similarity(a)
                         where common >= SameValues
                         orderby common descending
                         select (Was: b.Name, Is: a.Name, Common: common);
        foreach (var (was, now, common) in candidates)
        {
            if (found.All(f => f.Declared != was && f.Seen != now))
            {
                found.Add(new RenameCandidate(was, now, string.Create(CultureInfo.InvariantCulture, $"{common:P0} of their values are the same")));
            }
        }

        return found;
    }

    private static IEnumerable<DriftChange> Column(ColumnProfile was, ColumnProfile now)
    {
        if (was.Type != now.Type)
        {
            yield return new DriftChange(DriftKind.Retyped, now.Name, was.Type, now.Type);
        }

        if (was.Values < FewValues || now.Values < FewValues)
        {
            yield break;
        }

        // Another type brings its own way of writing.
        var forms = was.Type == now.Type ? was.Forms.Keys.Union(now.Forms.Keys).ToList() : [];
        var lost = forms.Where(f => Share(was, f) >= Most && Share(now, f) <= Few).ToList();
        var came = forms.Where(f => Share(now, f) >= Most && Share(was, f) <= Few).ToList();

        // A few zeros in front are enough: where some codes had them and none has, all lost theirs.
        const string zero = "number with a leading zero";
        if (forms.Count > 0 && (was.Length.Greatest != was.Length.Least || now.Length.Greatest != now.Length.Least))
        {
            lost.AddRange(Share(was, zero) is > Few and < Most && Share(now, zero) == 0 && Share(now, "whole number") > Most ? [zero] : []);
            came.AddRange(Share(now, zero) is > Few and < Most && Share(was, zero) == 0 && Share(was, "whole number") > Most ? [zero] : []);
        }

        if (lost.Count + came.Count > 0)
        {
            yield return new DriftChange(DriftKind.Remeant, now.Name, lost.Count > 0 ? string.Join(", ", lost) : $"no {came[0]}", came.Count > 0 ? string.Join(", ", came) : $"no {lost[0]}");
        }
        else if (was.Median is { } before && now.Median is { } after && Unit(before, after) is { } unit)
        {
            yield return new DriftChange(DriftKind.Remeant, now.Name, string.Create(CultureInfo.InvariantCulture, $"a median of {before:0.######}"), string.Create(CultureInfo.InvariantCulture, $"a median of {after:0.######} ({unit})"));
        }
    }

    private static double Share(ColumnProfile column, string form) => column.Forms.GetValueOrDefault(form);

    /// <summary>What factor lies between two medians, when it is one that units have; null otherwise.</summary>
    private static string? Unit(double was, double now)
    {
        if (was == 0 || now == 0 || Math.Sign(was) != Math.Sign(now))
        {
            return null;
        }

        var factor = now / was;
        var tens = Math.Log10(factor);
        if (Math.Abs(Math.Round(tens)) >= 2 && Math.Abs(tens - Math.Round(tens)) < 0.04)
        {
            return string.Create(CultureInfo.InvariantCulture, $"times {Math.Pow(10, Math.Round(tens)):0.########}");
        }

        return Units.Where(u => Near(factor, u.Factor) || Near(factor, 1 / u.Factor)).Select(u => Near(factor, u.Factor) ? u.Name : $"{u.Name}, the other way round").FirstOrDefault();
    }

    private static bool Near(double seen, double factor) => Math.Abs((seen / factor) - 1) < 0.04;
}
