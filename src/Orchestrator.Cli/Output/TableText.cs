using System.Globalization;
using System.Text;

namespace Orchestrator.Cli.Output;

/// <summary>Rows as aligned text that is never cut: numbers to the right, NULL as an empty cell, the end of a line as <c>\n</c>.</summary>
internal static class TableText
{
    public static void Write(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        var cells = rows.Select(r => r.Select(c => Cell(c).ReplaceLineEndings("\\n")).ToArray()).ToArray();
        var right = columns.Select((_, i) => rows.Count > 0 && rows.All(r => r[i] is null || IsNumber(r[i]))).ToArray();
        var widths = columns.Select((c, i) => cells.Select(r => r[i].Length).Append(c.Length).Max()).ToArray();
        Console.WriteLine(Line(columns, widths, right));
        Console.WriteLine(string.Join("  ", widths.Select(w => new string('-', w))));
        foreach (var row in cells)
        {
            Console.WriteLine(Line(row, widths, right));
        }
    }

    /// <summary>A value as people read it, the same on every machine.</summary>
    public static string Cell(object? value) => value switch
    {
        null => "",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + (time.Kind is DateTimeKind.Utc ? "Z" : ""),
        TimeSpan span => span.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s",
        byte[] bytes => "0x" + Convert.ToHexStringLower(bytes),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static bool IsNumber(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or Int128 or float or double or decimal;

    private static string Line(IReadOnlyList<string> cells, int[] widths, bool[] right)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
        {
            line.Append(right[i] ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i])).Append("  ");
        }

        return line.ToString().TrimEnd();
    }
}
