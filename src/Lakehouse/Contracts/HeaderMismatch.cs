using System.Text;
using Lakehouse.Privacy;

namespace Lakehouse.Contracts;

/// <summary>The difference between a file's header and the nearest declared generation.</summary>
/// <param name="Nearest">The declared generation that comes nearest.</param>
/// <param name="Header">The header as it stands in the file.</param>
/// <param name="Missing">Required columns that the file lacks and that nothing in it resembles.</param>
/// <param name="Unexpected">Fields of the file that no column is declared for and that resemble none.</param>
/// <param name="Renamed">Fields that are probably a declared column under another name, with the reason.</param>
/// <param name="Repeated">Fields that stand in the header more than once.</param>
public sealed record HeaderMismatch(
    HeaderGeneration Nearest,
    IReadOnlyList<string> Header,
    IReadOnlyList<HeaderColumn> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<RenameCandidate> Renamed,
    IReadOnlyList<string> Repeated)
{
    /// <summary>Whether a line is taken for a header: half of its fields, or of the columns, or more are declared ones, or spelt nearly so. Another one may be a row, whose values must not reach logs and histories.</summary>
    private bool IsHeader => 2 * Header.Count(h => Nearest.Columns.Any(c => c.Header == h) || Renamed.Any(r => r.Seen == h && r.Reason != RenameCandidate.InPlace)) >= Math.Min(Header.Count, Nearest.Columns.Count);

    /// <summary>The difference as a text of several lines that names the file, line 1, what was expected and seen, and what to do.</summary>
    /// <param name="file">The file for the text.</param>
    /// <param name="isSchema">True where the names are those of a file's schema, which no row can be taken for. Default: false, they are the first line of a text.</param>
    public string Describe(string file, bool isSchema = false)
    {
        var text = new StringBuilder();
        text.AppendLine($"{file}: line 1: the header fits none of the contract's header generations; '{Nearest.Name}' comes nearest.");
        text.AppendLine($"  expected: {string.Join(", ", Nearest.Columns.Select(c => c.Optional ? $"[{c.Header}]" : c.Header))}");
        if (!isSchema && !IsHeader)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  seen:     {Header.Count} fields, most of which are no name of that generation; they are not shown, as they may be values of a row.");
            text.Append("  Help: look at the first line of the file. One that comes without a header is declared by 'header: false' under the custom property 'csv' of the contract, a header that changed on purpose as another generation under 'headers'.");
            return text.ToString();
        }

        text.AppendLine($"  seen:     {string.Join(", ", Header.Select(Printable))}");
        Append(text, "missing", Missing.Select(c => $"'{c.Header}' (column '{c.Name}')"));
        Append(text, "unexpected", Unexpected.Select(h => $"'{Printable(h)}'"));
        Append(text, "renamed?", Renamed.Select(r => $"'{r.Declared}' → '{Printable(r.Seen)}' ({r.Reason})"));
        Append(text, "repeated", Repeated.Select(h => $"'{Printable(h)}'"));
        text.Append("  Help: if the source changed on purpose, declare the new header as another generation under the custom property 'headers' of the contract; otherwise ask for the file again.");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string what, IEnumerable<string> items)
    {
        if (string.Join(", ", items) is { Length: > 0 } list)
        {
            text.AppendLine($"  {what + ":",-10}{list}");
        }
    }

    // A header may be any bytes: control characters and endless fields must not reach a terminal.
    private static string Printable(string header)
    {
        var field = PiiDetector.Redact(header);
        return string.Concat((field.Length > 80 ? string.Concat(field.AsSpan(0, 80), "…") : field).Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }
}
