using System.Globalization;
using Ranges = System.Collections.Generic.List<Temporalio.Api.Schedule.V1.Range>;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>Reads one field of a calendar: a list of <c>*</c>, <c>n</c>, <c>a-b</c>, each with <c>/step</c> behind it.</summary>
internal static class FieldParser
{
    /// <summary>The field's ranges, with zeros where they mean the default.</summary>
    /// <exception cref="FormatException">The text is no such field; the message is the one of the real server.</exception>
    public static Ranges Parse(string text, FieldKind kind)
    {
        text = text.Trim();
        text = text.Length == 0 ? kind.Default : text;
        var ranges = new Ranges();
        if (text == "*" && kind == FieldKind.Year)
        {
            return ranges;
        }

        foreach (var part in text.Split(','))
        {
            Add(ranges, part, kind);
        }

        return ranges;
    }

    private static void Add(Ranges ranges, string part, FieldKind kind)
    {
        var (body, step) = Step(part, kind);
        var (start, end) = Bounds(body, kind, single: step is null);
        var every = step ?? 1;
        if (kind == FieldKind.DayOfWeek && end == 7)
        {
            // Sunday at the end is the 0 at the start, unless the range has it there anyway or steps over it.
            if ((7 - start) % every == 0 && (every > 1 || start > 1))
            {
                ranges.Add(new());
                if (start == 7)
                {
                    return;
                }
            }

            end = 6;
        }

        ranges.Add(new() { Start = start, End = start == end ? 0 : end, Step = every == 1 ? 0 : every });
    }

    private static (string Body, int? Step) Step(string part, FieldKind kind)
    {
        switch (part.Split('/'))
        {
            case [_]:
                return (part, null);
            case [var body, var step] when step.Length > 0:
                var every = Number(step);
                return every >= 1 ? (body, (int)Math.Min(every, int.MaxValue)) : throw new FormatException($"{kind.Name} has invalid Step");
            case [_, _]:
                throw new FormatException($"{kind.Name} missing step value");
            default:
                throw new FormatException($"{kind.Name} has too many slashes");
        }
    }

    private static (int Start, int End) Bounds(string body, FieldKind kind, bool single)
    {
        if (body == "*")
        {
            return (kind.Least, kind.Greatest);
        }

        switch (body.Split('-'))
        {
            case [_]:
                var value = Value(body, kind, kind.Least) ?? throw new FormatException($"{kind.Name} is not in range [{kind.Least}-{kind.Greatest}]");
                return (value, single ? value : kind.Greatest);
            case [var first, var last]:
                var start = Value(first, kind, kind.Least) ?? throw new FormatException($"{kind.Name} Start is not in range [{kind.Least}-{kind.Greatest}]");
                var end = Value(last, kind, start) ?? throw new FormatException($"{kind.Name} End is before Start or not in range [{kind.Least}-{kind.Greatest}]");
                return (start, end);
            default:
                throw new FormatException($"{kind.Name} has too many dashes");
        }
    }

    /// <summary>A number or the beginning of a name, or null for anything else and for a value out of range.</summary>
    private static int? Value(string text, FieldKind kind, int least)
    {
        var value = -1;
        if (text.Length >= kind.ShortestName)
        {
            value = kind.Names.ToList().FindIndex(name => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        }

        if (value < 0 && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return null;
        }

        return value >= least && value <= kind.Greatest ? value : null;
    }

    private static long Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var digits = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        var isNumber = digits.Length > 0 && digits.All(char.IsAsciiDigit);
        throw new FormatException($"strconv.Atoi: parsing \"{text}\": {(isNumber ? "value out of range" : "invalid syntax")}");
    }
}
