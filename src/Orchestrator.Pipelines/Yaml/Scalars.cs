using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>The small notations that specs use inside text: durations and sizes.</summary>
internal static partial class Scalars
{
    /// <summary>Notation of a duration: whole numbers with units, largest first.</summary>
    public const string DurationPattern = "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";

    /// <summary>Notation of a size in bytes: decimal units are powers of 1000, binary ones of 1024.</summary>
    public const string SizePattern = "^([0-9]+(\\.[0-9]+)?) ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$";

    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Duration().Match(text);
        if (!match.Success || match.Length != text.Length)
        {
            return false;
        }

        long[] milliseconds = [86_400_000, 3_600_000, 60_000, 1_000, 1];
        var total = 0d;
        for (var i = 0; i < milliseconds.Length; i++)
        {
            var part = match.Groups[i + 1].Value.TrimEnd('d', 'h', 'm', 's');
            total += part.Length == 0 ? 0 : double.Parse(part, CultureInfo.InvariantCulture) * milliseconds[i];
        }

        if (total is <= 0 or > 3_650L * 86_400_000)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(total);
        return true;
    }

    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        var match = Size().Match(text);
        if (!match.Success || match.Length != text.Length)
        {
            return false;
        }

        var unit = match.Groups[3].Value;
        var steps = "BKMGT".IndexOf(unit[0], StringComparison.Ordinal);
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * Math.Pow(unit.Contains('i', StringComparison.Ordinal) ? 1024 : 1000, steps);
        if (value is < 1 or >= long.MaxValue)
        {
            return false;
        }

        bytes = (long)value;
        return true;
    }

    [GeneratedRegex(DurationPattern)]
    private static partial Regex Duration();

    [GeneratedRegex(SizePattern)]
    private static partial Regex Size();
}
