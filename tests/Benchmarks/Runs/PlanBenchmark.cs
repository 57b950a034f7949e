using System.Globalization;
using System.Text.Json;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.TestKit;

namespace Orchestrator.Benchmarks.Runs;

/// <summary>
/// Planning. <c>runs.plan100k.s</c>: 100,000 hours with a file and a ledger entry each, one file of them changed, planned with the compact copy of the ledger there;
/// beside it the same with every partition to run because the code changed, and once without the copy. <c>runs.noop140.s</c>: the real program's <c>run</c> over
/// 140 days that are up to date, from the start of its process to its end. Medians of five.
/// </summary>
internal static class PlanBenchmark
{
    private const int Partitions = 100_000;
    private const int Days = 140;
    private const int Rounds = 5;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var (changed, all, cold) = await PlanAsync(cancellationToken);
        return
        [
            new BenchFigure("runs.plan100k.s", changed, "s").Beside(new BenchFigure("limit", 2, "s")),
            new BenchFigure("runs.plan100k.all.s", all, "s"),
            new BenchFigure("runs.plan100k.cold.s", cold, "s"),
            new BenchFigure("runs.noop140.s", await NothingToDoAsync(cancellationToken), "s").Beside(new BenchFigure("limit", 2, "s")),
        ];
    }

    private static async Task<(double Changed, double All, double Cold)> PlanAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        var spec = HoursPipeline.Create(folder.At("hours"), "sum(CAST(value AS BIGINT))");
        var lake = new LakeRoot(folder.At("lake"));
        Directory.CreateDirectory(folder.At("lake"));
        await FillAsync(spec, folder, CodeSnapshots.FingerprintOf(spec), cancellationToken);
        await new CodeSnapshots(lake).KeepAsync(spec, cancellationToken);

        // The first plan reads every entry and leaves the copy behind.
        var cold = await TimeAsync(spec, lake, 0, cancellationToken);
        var one = Directory.EnumerateFiles(folder.At("hours", "sample"), "*.csv").First();
        await File.AppendAllTextAsync(one, "1\n", cancellationToken);
        var changed = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            changed.Add(await TimeAsync(spec, lake, 1, cancellationToken));
        }

        var other = HoursPipeline.Create(folder.At("hours"), "max(CAST(value AS BIGINT))");
        var all = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            all.Add(await TimeAsync(other, lake, Partitions, cancellationToken));
        }

        return (Median(changed), Median(all), cold);
    }

    private static async Task<double> TimeAsync(PipelineSpec spec, LakeRoot lake, int expected, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var plan = await new PipelinePlanner(spec, lake).PlanAsync(PlanSelection.All, cancellationToken: cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return plan.Runs.Count == expected ? took : throw new InvalidOperationException($"The plan has {plan.Runs.Count} runs, expected {expected}.");
    }

    /// <summary>A file and a ledger entry for each hour, written as runs leave them but without waiting for the disk.</summary>
    private static async Task FillAsync(PipelineSpec spec, TempDir folder, string code, CancellationToken cancellationToken)
    {
        var ledger = folder.At("lake", "_ledger", "hours");
        Directory.CreateDirectory(ledger);
        var calendar = spec.Partitioning.Calendar;
        var first = calendar.Parse("2010-01-01T00");
        var written = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var content = "value\n1\n"u8.ToArray();
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        await Parallel.ForEachAsync(Enumerable.Range(0, Partitions), cancellationToken, async (i, token) =>
        {
            PartitionKey key = calendar.Add(first, i);
            var file = folder.At("hours", "sample", key.Value + ".csv");
            await File.WriteAllBytesAsync(file, content, token);
            File.SetLastWriteTimeUtc(file, written);
            var request = new RunRequest("hours", key.Value);
            SourceFile[] inputs = [new("files", file, content.Length, sha) { ModifiedAt = written }];
            var started = new DateTimeOffset(written).AddMinutes(1 + (i % 1000));
            var counts = new RowCounts { Read = 1, Published = 1, Quarantined = 0, Dropped = new Dictionary<string, long>() };
            var entry = new LedgerEntry
            {
                Result = new RunResult
                {
                    Request = request,
                    Status = RunStatus.Published,
                    Datasets = [new("bronze.hours_raw", i + 1, [key.Value], counts, []), new("gold.hours_sums", i + 1, [key.Value], counts, [])],
                },
                RunId = Guid.NewGuid().ToString(),
                InputFingerprint = Fingerprint(inputs[0]),
                CodeFingerprint = code,
                Inputs = inputs,
                PublishedAt = started.AddSeconds(1),
                StartedAt = started,
                EndedAt = started.AddSeconds(0.5 + (i % 10 * 0.1)),
            };
            await File.WriteAllBytesAsync(Path.Combine(ledger, Uri.EscapeDataString(key.Value) + ".json"), JsonSerializer.SerializeToUtf8Bytes(entry, PayloadFormat.Json), token);
        });
    }

    private static string Fingerprint(SourceFile input) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{input.Source}|{Path.GetFileName(input.Uri)}|{input.Bytes}|{input.Sha256}"))));

    /// <summary>The program's own time over days that are up to date.</summary>
    private static async Task<double> NothingToDoAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        Lake.BenchPipeline.Create(folder.At("pipelines"), "covid", Days);
        var program = TestPaths.InRepo("src", "Orchestrator.Cli", "bin", "Release", "net10.0", "orchestrator.dll");
        string[] run = [program, "run", Path.Combine(folder.At("pipelines"), "covid"), "--lake", folder.At("lake"), "--json"];

        // Files that were copied this second are read until they have lain still: as they do in life.
        foreach (var file in Directory.EnumerateFiles(folder.At("pipelines"), "*.csv", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        await CallAsync(folder, run, cancellationToken);
        var seconds = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await CallAsync(folder, run, cancellationToken);
            seconds.Add(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }

        return Median(seconds);
    }

    private static async Task CallAsync(TempDir folder, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TEMPORAL_ADDRESS");
        start.Environment.Remove("ORCHESTRATOR_LAKE");
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The run ended with {process.ExitCode}:\n{await output}\n{await errors}");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
