using System.Text.RegularExpressions;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>
/// Approved output of commands: <c>Cli/Golden/VERB.txt</c>, and <c>VERB.json</c> for documents; <c>VERB.CASE.txt</c> where there are several. What differs from run to run (hashes, ids,
/// times, durations, folders) is masked by words in angle brackets, in documents by 0 where it is a number. <c>APPROVE_GOLDEN=1</c> writes the files; the difference is for a person to look at.
/// </summary>
internal static partial class GoldenText
{
    /// <summary>Where the files lie.</summary>
    public static string Folder { get; } = TestPaths.InRepo("tests", "Integration.Tests", "Cli", "Golden");

    /// <summary>Holds a text against its file.</summary>
    /// <param name="name">The verb with dashes, and a case.</param>
    /// <param name="text">What was printed.</param>
    /// <param name="folder">Where the command was called: masked.</param>
    public static void Equal(string name, string text, string? folder = null) => Compare(name + ".txt", Mask(text, folder));

    /// <summary>Holds a document against its file.</summary>
    /// <param name="name">The verb with dashes, and a case.</param>
    /// <param name="json">What was printed.</param>
    /// <param name="folder">Where the command was called: masked.</param>
    public static void EqualDocument(string name, string json, string? folder = null) => Compare(name + ".json", Mask(Sample().Replace(Text().Replace(Number().Replace(json, "$1: 0"), "$1: \"<n>\""), "$1: []"), folder));

    private static void Compare(string name, string masked)
    {
        var file = Path.Combine(Folder, name);
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
        text = Duration().Replace(text, "<n> $2");
        text = Cost().Replace(text, "cost <n>");
        text = Spread().Replace(text, "(<n> to <n>)");
        text = Address().Replace(text, "127.0.0.1:<port>");
        text = Today().Replace(text, "<day>");
        text = Room().Replace(text, "<n> $1");
        text = Rule().Replace(text, "----");
        return string.Join('\n', text.Split('\n').Select(l => Gap().Replace(l.TrimEnd(), "  "))).TrimEnd() + "\n";
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b|\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{12}\b|\b[0-9]{12}\b")]
    private static partial Regex Hash();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?")]
    private static partial Regex Instant();

    [GeneratedRegex(@"\b\d+(\.\d+)? (s|d)\b")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\([\d,.]+ to [\d,.]+\)")]
    private static partial Regex Spread();

    [GeneratedRegex(@"\bcost [\d.]+")]
    private static partial Regex Cost();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    /// <summary>Days by the clock. Sources of the tests are of 2020 and 2024, of the template of 2026-01.</summary>
    [GeneratedRegex(@"\b(2026-(0[2-9]|1[0-2])|20(2[7-9]|[3-9]\d)-\d\d)-\d\d\b")]
    private static partial Regex Today();

    /// <summary>Rows name their files by path, so that tables are as large as the folder's name is long.</summary>
    [GeneratedRegex(@"\b[\d,]+ (MiB|bytes?)\b")]
    private static partial Regex Room();

    /// <summary>The line below a table's names, as wide as the table.</summary>
    [GeneratedRegex("-{4,}")]
    private static partial Regex Rule();

    /// <summary>Numbers of documents that depend on the machine, or on how the engine packs rows.</summary>
    [GeneratedRegex("""("(?:seconds|secondsLeft|secondsEach|elapsedSeconds|cost|costEach|median|low|high|time|reading|total|bytes|newBytes|min|p50|p90|p99|max)"): -?[\d.E+-]+""")]
    private static partial Regex Number();

    [GeneratedRegex(@"(""latenessSeconds""): \[[^\]]*\]")]
    private static partial Regex Sample();

    /// <summary>The same of texts: durations, who did it where, and what is just being done.</summary>
    [GeneratedRegex(@"(""(?:took|worker|now)""): ""[^""]*""")]
    private static partial Regex Text();

    /// <summary>Columns are as wide as what stands in them, masked or not.</summary>
    [GeneratedRegex(@"(?<=\S) {2,}")]
    private static partial Regex Gap();
}
