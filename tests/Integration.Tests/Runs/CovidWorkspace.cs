using System.Text.Json;
using Integration.Tests.Cli;
using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>A folder of its own with a copy of the covid pipeline: what a newcomer's call works on.</summary>
internal sealed class CovidWorkspace : IDisposable
{
    /// <summary>Every column but the two that tell when and where rather than what.</summary>
    private static readonly Dictionary<string, string> Tables = new()
    {
        ["bronze.daily_reports"] = "select * exclude (_arrived_at, _source_uri) from bronze.daily_reports order by report_date, _source_row",
        ["silver.cases"] = "select * exclude (_source_uri) from silver.cases order by report_date, place_key",
        ["gold.country_daily"] = "select * from gold.country_daily order by report_date, country",
    };

    private readonly TempDir _folder = new();

    public CovidWorkspace(params string[] days)
    {
        Copy(TestPaths.InRepo("pipelines", "covid"), PipelineFolder);
        if (days.Length > 0)
        {
            foreach (var file in Directory.EnumerateFiles(SampleFolder, "*.csv").Where(f => !days.Select(SampleName).Contains(Path.GetFileName(f))).ToArray())
            {
                File.Delete(file);
            }
        }
    }

    public string Root => _folder.Root;

    public string PipelineFolder => _folder.At("pipelines", "covid");

    public string SampleFolder => Path.Combine(PipelineFolder, "sample");

    public string Lake => _folder.At(".orchestrator", "lake");

    /// <summary>The sample file of a day given as yyyy-MM-dd.</summary>
    public string SampleFile(string day) => Path.Combine(SampleFolder, SampleName(day));

    public Task<CliResult> CallAsync(params string[] arguments) => OrchestratorProcess.RunAsync(Root, arguments);

    public OrchestratorProcess Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        OrchestratorProcess.Start(Root, arguments, environment);

    /// <summary>Runs the pipeline and returns the summary document.</summary>
    public async Task<JsonElement> RunAsync(params string[] arguments) =>
        Parse((await CallAsync(["run", "pipelines/covid", "--json", .. arguments])).ShouldSucceed().Output);

    public async Task<JsonElement> QueryAsync(string sql) =>
        Parse((await CallAsync("query", sql, "--json")).ShouldSucceed().Output).GetProperty("rows");

    /// <summary>All rows of the three tables as text, for comparison with another workspace.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RowsAsync()
    {
        var rows = new Dictionary<string, string>();
        foreach (var (table, sql) in Tables)
        {
            rows[table] = (await QueryAsync(sql)).ToString();
        }

        return rows;
    }

    /// <summary>Names of the tables that exist, in any layer.</summary>
    public IReadOnlyList<string> PublishedTables() => Directory.Exists(Lake)
        ? [.. Directory.EnumerateDirectories(Lake, "_delta_log", SearchOption.AllDirectories).Select(d => Path.GetRelativePath(Lake, Path.GetDirectoryName(d)!)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Files of runs that have not been cleaned away.</summary>
    public IReadOnlyList<string> StagedFiles()
    {
        var staging = Path.Combine(Lake, "_staging");
        return Directory.Exists(staging) ? [.. Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories)] : [];
    }

    public void Dispose() => _folder.Dispose();

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string SampleName(string day) => $"{day[5..7]}-{day[8..10]}-{day[..4]}.csv";

    internal static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
