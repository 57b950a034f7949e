using System.Text.RegularExpressions;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>
/// Approved output of commands, <c>Cli/Golden/NAME.txt</c>. What differs from run to run (hashes, ids, times, durations, folders) is masked by words in angle
/// brackets. <c>APPROVE_GOLDEN=1</c> writes the files; the difference is for a person to look at.
/// </summary>
internal static partial class GoldenText
{
    public static void Equal(string name, string text, string? folder = null)
    {
        var file = TestPaths.InRepo("tests", "Integration.Tests", "Cli", "Golden", name + ".txt");
        var masked = Mask(text, folder);
        if (Environment.GetEnvironmentVariable("APPROVE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, masked);
        }

        Assert.True(File.Exists(file), $"no approved text '{file}'; seen:\n{masked}");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), masked);
    }

    private static string Mask(string text, string? folder)
    {
        text = text.ReplaceLineEndings("\n");
        text = folder is null ? text : text.Replace(folder, "<folder>", StringComparison.Ordinal);
        text = Id().Replace(text, "<id>");
        text = Hash().Replace(text, "<hash>");
        text = Instant().Replace(text, "<time>");
        text = Duration().Replace(text, "<n> s");
        text = Cost().Replace(text, "cost <n>");
        text = Spread().Replace(text, "(<n> to <n>)");
        text = Address().Replace(text, "127.0.0.1:<port>");
        return string.Join('\n', text.Split('\n').Select(l => Gap().Replace(l.TrimEnd(), "  "))).TrimEnd() + "\n";
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b|\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{12}\b|\b[0-9]{12}\b")]
    private static partial Regex Hash();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?")]
    private static partial Regex Instant();

    [GeneratedRegex(@"\b\d+(\.\d+)? s\b")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\([\d,.]+ to [\d,.]+\)")]
    private static partial Regex Spread();

    [GeneratedRegex(@"\bcost [\d.]+")]
    private static partial Regex Cost();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    /// <summary>Columns are as wide as what stands in them, masked or not.</summary>
    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();
}
