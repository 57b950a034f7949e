using System.Text.Json;
using Orchestrator.TestKit;
using Temporalio.Tests.Replay;

namespace Temporalio.Tests.Conformance;

/// <summary>The command behind <c>eng/conformance sdk</c>: one line of JSON per group of recordings, reasons on standard error with <c>--verbose</c>.</summary>
internal static class SdkConformance
{
    public const string Histories = "sdk-histories";
    public const string Transcripts = "sdk-transcripts";
    public const string Activations = "sdk-activations";

    /// <summary>Judges all recordings of a folder. 0 whatever the result, 2 when there is nothing to judge.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--golden");
        var golden = Path.GetFullPath(at >= 0 && at + 1 < args.Length ? args[at + 1] : Path.Combine(TestPaths.Repo, "..", "shared", "golden"));
        var folder = Path.Combine(golden, "histories");
        if (!Directory.Exists(folder))
        {
            await Console.Error.WriteLineAsync($"There is no folder '{folder}'. Help: eng/conformance sdk --golden DIR, where DIR/histories holds *.history.json and *.transcript.jsonl.");
            return 2;
        }

        var verbose = args.Contains("--verbose");
        await JudgeAsync(Histories, GoldenHistories.Names(folder), name => HistoryJudge.JudgeAsync(folder, name), verbose);
        await JudgeAsync(Transcripts, Transcript.Names(folder), name => TranscriptJudge.JudgeAsync(folder, name), verbose);
        var activations = ActivationJudge.Read(folder);
        await JudgeAsync(Activations, activations.Keys.Order(StringComparer.Ordinal), name => ActivationJudge.JudgeAsync(folder, name, activations[name]), verbose);
        return 0;
    }

    private static async Task JudgeAsync(string group, IEnumerable<string> names, Func<string, Task<IReadOnlyList<string>>> judge, bool verbose)
    {
        var total = 0;
        var failed = new List<string>();
        foreach (var name in names)
        {
            total++;
            var problems = await judge(name);
            if (problems.Count == 0)
            {
                continue;
            }

            failed.Add(name);
            if (verbose)
            {
                await Console.Error.WriteLineAsync($"{group} {name}\n  {string.Join("\n  ", problems)}");
            }
        }

        var explained = ExplainedCases.Read(group);
        Console.WriteLine(JsonSerializer.Serialize(new { group, passed = total - failed.Count, total, explained = failed.Count(explained.Contains), failed }));
    }
}
