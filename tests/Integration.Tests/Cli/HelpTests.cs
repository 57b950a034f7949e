using System.Text;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>The help of every verb, approved in one file, and the guide that names them all.</summary>
public sealed class HelpTests
{
    private const string Title = "=== orchestrator";

    [Fact]
    public async Task Help_OfEveryVerb_IsTheGoldenText()
    {
        var text = new StringBuilder();
        var shared = new HashSet<string>();
        await AddAsync([]);

        GoldenText.Equal("help", text.ToString());

        async Task AddAsync(string[] verb)
        {
            var help = (await OrchestratorProcess.RunAsync(TestPaths.Repo, [.. verb, "--help"])).ShouldSucceed().Output.ReplaceLineEndings("\n").Trim();
            var own = help.Split('\n').Where(l => !shared.Contains(Words(l))).ToArray();
            text.Append($"{Title}{string.Concat(verb.Select(v => " " + v))}\n{string.Join('\n', own)}\n\n");
            if (verb.Length == 0)
            {
                // What every verb takes is shown once.
                shared.UnionWith(own.Where(l => l.StartsWith("  -", StringComparison.Ordinal) && !l.Contains("--version", StringComparison.Ordinal)).Select(Words));
            }

            foreach (var inner in Commands(help))
            {
                await AddAsync([.. verb, inner]);
            }
        }
    }

    [Fact]
    public void Guide_OfTheCommands_NamesEveryVerb()
    {
        var guide = File.ReadAllText(TestPaths.InRepo("docs", "guides", "cli.md"));

        Assert.All(ApprovedVerbs(), v => Assert.Contains($"`{v}", guide, StringComparison.Ordinal));
    }

    /// <summary>Verbs that do something, as the approved help lists them; the test above holds that against the program.</summary>
    internal static IReadOnlyList<string> ApprovedVerbs()
    {
        var all = File.ReadAllText(Path.Combine(GoldenText.Folder, "help.txt")).Split(Title).Skip(1).ToArray();
        return [.. all.Where(h => Commands(h).Count == 0).Select(h => h.Split('\n')[0].Trim())];
    }

    private static IReadOnlyList<string> Commands(string help)
    {
        var at = help.IndexOf("Commands:\n", StringComparison.Ordinal);
        return at < 0 ? [] : [.. help[(at + "Commands:\n".Length)..].Split('\n').TakeWhile(l => l.Length > 0).Where(l => l.StartsWith("  ", StringComparison.Ordinal) && l[2] != ' ').Select(l => l.Trim().Split(' ')[0])];
    }

    private static string Words(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
