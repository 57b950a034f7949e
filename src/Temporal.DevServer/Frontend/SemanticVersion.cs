using System.Globalization;

namespace Temporal.DevServer.Frontend;

/// <summary>A version of three numbers, perhaps with a pre-release part, with the errors of the library that real servers read them with.</summary>
internal readonly record struct SemanticVersion(long Major, long Minor, long Patch, string PreRelease) : IComparable<SemanticVersion>
{
    public static SemanticVersion Parse(string text)
    {
        if (text.Length == 0)
        {
            throw new FormatException("Version string empty");
        }

        var parts = text.Split('.', 3);
        if (parts.Length != 3)
        {
            throw new FormatException("No Major.Minor.Patch elements found");
        }

        var patch = parts[2].Split('+')[0];
        var dash = patch.IndexOf('-', StringComparison.Ordinal);
        var pre = dash < 0 ? "" : patch[(dash + 1)..];
        return new(Number(parts[0], "Major", "major"), Number(parts[1], "Minor", "minor"), Number(dash < 0 ? patch : patch[..dash], "Patch", "patch"), pre);
    }

    public int CompareTo(SemanticVersion other)
    {
        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers
            : PreRelease.Length == 0 || other.PreRelease.Length == 0 ? other.PreRelease.Length.CompareTo(PreRelease.Length) // a pre-release comes first
            : ComparePreReleases(PreRelease.Split('.'), other.PreRelease.Split('.'));
    }

    private static int ComparePreReleases(string[] one, string[] other)
    {
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            var (left, right) = (long.TryParse(one[i], out var a), long.TryParse(other[i], out var b));
            var compared = left && right ? a.CompareTo(b) : left ? -1 : right ? 1 : string.CompareOrdinal(one[i], other[i]);
            if (compared != 0)
            {
                return compared;
            }
        }

        return one.Length.CompareTo(other.Length);
    }

    private static long Number(string text, string name, string part)
    {
        if (text.Length == 0 || !text.All(char.IsAsciiDigit))
        {
            throw new FormatException($"Invalid character(s) found in {part} number \"{text}\"");
        }

        return text.Length > 1 && text[0] == '0'
            ? throw new FormatException($"{name} number must not contain leading zeroes \"{text}\"")
            : long.Parse(text, CultureInfo.InvariantCulture);
    }
}
