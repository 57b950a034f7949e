using System.Globalization;
using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Lakehouse.DuckDb;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Windows;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Windows;

/// <summary>
/// The covid pipeline over files that arrive one after the other on a simulated clock, each told to its window; beside it the same pipeline made from scratch, from the files
/// that count at the moment.
/// </summary>
internal sealed class CovidStage : IAsyncDisposable
{
    private readonly TempDir _folder = new();
    private readonly DuckDbPool _engines = new(2);
    private readonly OrchestrationServer _server;
    private readonly OrchestrationServer _scratch;
    private readonly ManualTime _clock;
    private int _scratches;

    private CovidStage(OrchestrationServer server, OrchestrationServer scratch, ManualTime clock)
    {
        (_server, _scratch, _clock) = (server, scratch, clock);
        CovidWorkspace.Copy(TestPaths.InRepo("pipelines", "covid"), Pipeline);
        foreach (var file in Directory.EnumerateFiles(Samples, "*.csv").ToArray())
        {
            File.Delete(file);
        }

        // Watermarks and seals lie beyond all that is played: what they do has tests of its own.
        var yaml = Path.Combine(Pipeline, "pipeline.yaml");
        File.WriteAllText(yaml, File.ReadAllText(yaml).Replace("seal_after: 60d", "seal_after: 900d", StringComparison.Ordinal).Replace("allowed: 2d", "allowed: 800d", StringComparison.Ordinal).Replace("concurrency: 4", "concurrency: 2", StringComparison.Ordinal));
        CovidWorkspace.Copy(Pipeline, Path.Combine(_folder.Root, "scratch", "covid"));
        Lake = new LakeRoot(_folder.At("lake"), time: clock);
    }

    public LakeRoot Lake { get; }

    public TemporalClient Client => _server.Client;

    public PipelineSpec Spec => PipelineLoader.Load(Pipeline);

    private string Pipeline => _folder.At("pipelines", "covid");

    private string Samples => Path.Combine(Pipeline, "sample");

    public static async Task<CovidStage> StartAsync(string from)
    {
        var clock = new ManualTime(Time(from));
        return new CovidStage(await OrchestrationServer.StartAsync(clock), await OrchestrationServer.StartAsync(), clock);
    }

    public Task PlayAsync(Func<Task> body) => _server.WithWorkerAsync(o => Configure(o, Path.GetDirectoryName(Pipeline)!, Lake), body);

    /// <summary>Where the file of a day lies.</summary>
    public string FileOf(string day) => Path.Combine(Samples, $"{day[5..7]}-{day[8..10]}-{day[..4]}.csv");

    /// <summary>A version of a day's file in the history, by its number; <c>final</c> for the one that stayed.</summary>
    public static string Version(string day, string version) => version == "final"
        ? TestPaths.Shared("data", "covid-daily", "daily", $"{day[5..7]}-{day[8..10]}-{day[..4]}.csv")
        : Directory.EnumerateFiles(TestPaths.Shared("data", "covid-daily", "history", day), version + "_*.csv").Single();

    /// <summary>A file arrives: it is told to its day's window, and what the window makes of it is over when this returns.</summary>
    public async Task<WindowState> ArriveAsync(string day, string file, string? at = null)
    {
        File.Copy(file, FileOf(day), overwrite: true);
        return await TellAsync(day, at);
    }

    /// <summary>A day's file goes.</summary>
    public async Task<WindowState> GoAsync(string day, string? at = null)
    {
        File.Delete(FileOf(day));
        return await TellAsync(day, at);
    }

    /// <summary>Tells all windows what a look through the sources finds, and waits until it is worked in.</summary>
    public async Task<(FeedResult Found, IReadOnlyDictionary<string, WindowState> States)> FeedAsync()
    {
        var found = await new WindowFeed(Spec, Lake).RunAsync(Client, OrchestrationServer.Queue, CancellationToken.None);
        await QuietAsync(found.Windows);
        return (found, await new WindowStore(Lake.Store).ReadAllAsync("covid", CancellationToken.None));
    }

    public async Task<WindowState> StateAsync(string day) => await Window(day).QueryAsync<WindowState>("state", []);

    /// <summary>All rows of silver and gold as they are published.</summary>
    public Task<IReadOnlyList<string>> RowsAsync() => RowsAsync(Lake);

    /// <summary>All rows of silver and gold as a fresh lake gets them from some files; each is given as its day and its version.</summary>
    public async Task<IReadOnlyList<string>> FromScratchAsync(IReadOnlyDictionary<string, string> files)
    {
        var pipeline = Path.Combine(_folder.Root, "scratch", "covid");
        foreach (var old in Directory.EnumerateFiles(Path.Combine(pipeline, "sample"), "*.csv").ToArray())
        {
            File.Delete(old);
        }

        foreach (var (day, file) in files)
        {
            File.Copy(file, Path.Combine(pipeline, "sample", Path.GetFileName(FileOf(day))));
        }

        var lake = new LakeRoot(_folder.At("scratch-lakes", (_scratches++).ToString(CultureInfo.InvariantCulture)));
        await _scratch.WithWorkerAsync(
            o => Configure(o, Path.GetDirectoryName(pipeline)!, lake),
            async () =>
            {
                var request = new BackfillRequest { Pipeline = "covid", Name = "scratch", Approved = true };
                var ended = await (await _scratch.Client.StartWorkflowAsync("Backfill", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue))).GetResultAsync<BackfillProgress>();
                Assert.Equal(files.Count, ended.Published);
            });
        return await RowsAsync(lake);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _scratch.DisposeAsync();
        _engines.Dispose();
        _folder.Dispose();
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private async Task<WindowState> TellAsync(string day, string? at)
    {
        if (at is not null && Time(at) > _clock.GetUtcNow())
        {
            _clock.Advance(Time(at) - _clock.GetUtcNow());
        }

        await WindowFeed.SignalAsync(Client, OrchestrationServer.Queue, new WindowRequest("covid", day), new Arrival { Uri = FileOf(day) });
        await QuietAsync([day]);
        return await StateAsync(day);
    }

    /// <summary>Waits until windows collect, lets their quiet period pass, and waits until they have worked in what they were told.</summary>
    private async Task QuietAsync(IReadOnlyList<string> days)
    {
        foreach (var day in days)
        {
            await UntilAsync(day, s => s is { Now: "collecting late data", Policy: not null });
        }

        // The timer stands when the window has said so, and its state is kept before it.
        foreach (var day in days)
        {
            while ((await Window(day).FetchHistoryAsync()).Events.Last() is not { TimerStartedEventAttributes: not null })
            {
                await Task.Delay(5);
            }
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var day in days)
        {
            await UntilAsync(day, s => s.Pending.Count == 0 && s.Now.StartsWith("waiting", StringComparison.Ordinal));
        }
    }

    private Task UntilAsync(string day, Func<WindowState, bool> condition) => _server.UntilAsync(Window(day), condition, "state");

    private WorkflowHandle Window(string day) => Client.GetWorkflowHandle(new WindowRequest("covid", day).WorkflowId);

    private void Configure(TemporalWorkerOptions options, string pipelines, LakeRoot lake)
    {
        var folder = new PipelineFolder(pipelines);
        options.AddWorkflow<PipelineRunWorkflow>().AddWorkflow<BackfillWorkflow>().AddWorkflow<PartitionWindowWorkflow>()
            .AddAllActivities(new PipelineActivities(folder, lake, _engines))
            .AddAllActivities(new BackfillActivities(folder, lake))
            .AddAllActivities(new WindowActivities(folder, lake));
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(LakeRoot lake)
    {
        var rows = new List<string>();
        foreach (var (table, order) in new[] { ("silver.cases", "report_date, place_key"), ("gold.country_daily", "report_date, country") })
        {
            if (await lake.VersionAsync(table, CancellationToken.None) is not null)
            {
                var exclude = table == "silver.cases" ? " EXCLUDE (_source_uri)" : "";
                var result = await lake.QueryAsync($"SELECT *{exclude} FROM {table} ORDER BY {order}", CancellationToken.None);
                rows.AddRange(result.Rows.Select(r => string.Join('|', r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)).Prepend(table))));
            }
        }

        return rows;
    }
}
