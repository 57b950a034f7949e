using System.IO.Compression;

namespace Integration.Tests.Runs;

/// <summary>Each kind of bad input gives one clear error, publishes nothing and leaves nothing behind.</summary>
public sealed class BadInputTests
{
    private const string Day = "2020-03-22";

    [Fact]
    public async Task Run_HeaderThatFitsNoGeneration_NamesTheDifference()
    {
        using var workspace = new CovidWorkspace(Day);
        var file = workspace.SampleFile(Day);
        File.WriteAllText(file, File.ReadAllText(file).Replace("Confirmed", "Confirmd", StringComparison.Ordinal).Replace(",Combined_Key", "", StringComparison.Ordinal));

        await FailsAsync(workspace, "03-22-2020.csv", "missing", "Combined_Key", "Confirmd", "Help");
    }

    [Fact]
    public async Task Run_EmptyFile_SaysSo()
    {
        using var workspace = new CovidWorkspace(Day);
        File.WriteAllText(workspace.SampleFile(Day), "");

        await FailsAsync(workspace, "csv.empty", "03-22-2020.csv", "empty");
    }

    [Fact]
    public async Task Run_CsvThatEndsInTheMiddleOfARow_SaysWhere()
    {
        using var workspace = new CovidWorkspace(Day);
        var file = workspace.SampleFile(Day);
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..100_010]);

        await FailsAsync(workspace, "csv.truncated", "03-22-2020.csv", "line", "Help");
    }

    [Fact]
    public async Task Run_GzipThatIsCutShort_SaysWhere()
    {
        using var workspace = new CovidWorkspace(Day);
        var file = workspace.SampleFile(Day);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(file));
        }

        // The content tells that it is gzip, whatever the name.
        File.WriteAllBytes(file, packed.ToArray()[..^1000]);

        await FailsAsync(workspace, "03-22-2020.csv", "gzip", "Help");
    }

    [Fact]
    public async Task Run_MissingContract_NamesTheFile()
    {
        using var workspace = new CovidWorkspace(Day);
        File.Delete(Path.Combine(workspace.PipelineFolder, "contracts", "silver.cases.odcs.yaml"));

        await FailsAsync(workspace, "silver.cases.odcs.yaml", "pipeline.yaml");
    }

    [Fact]
    public async Task Run_SqlThatDoesNotParse_NamesFileAndPlace()
    {
        using var workspace = new CovidWorkspace(Day);
        var model = Path.Combine(workspace.PipelineFolder, "models", "gold.country_daily.sql");
        File.WriteAllText(model, "SELECT country,\n  FROMM silver.cases\nGROUP BY");

        await FailsAsync(workspace, "gold.country_daily.sql");
    }

    [Fact]
    public async Task Run_SqlThatFailsWhenItRuns_PublishesNothing()
    {
        using var workspace = new CovidWorkspace(Day);
        var model = Path.Combine(workspace.PipelineFolder, "models", "gold.country_daily.sql");
        File.WriteAllText(model, File.ReadAllText(model).Replace("country", "cast(country as integer)", StringComparison.Ordinal));

        await FailsAsync(workspace, "gold.country_daily");
    }

    [Fact]
    public async Task Run_UnknownTableInAModel_NamesItAndTheCandidates()
    {
        using var workspace = new CovidWorkspace(Day);
        var model = Path.Combine(workspace.PipelineFolder, "models", "gold.country_daily.sql");
        File.WriteAllText(model, File.ReadAllText(model).Replace("silver.cases", "silver.casez", StringComparison.Ordinal));

        await FailsAsync(workspace, "gold.country_daily.sql", "silver.casez", "silver.cases");
    }

    [Fact]
    public async Task Run_BadPipelineYaml_NamesEveryErrorAtOnce()
    {
        using var workspace = new CovidWorkspace(Day);
        var file = Path.Combine(workspace.PipelineFolder, "pipeline.yaml");
        var text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("owner:", "ownr:", StringComparison.Ordinal).Replace("limits:", "limit:", StringComparison.Ordinal));

        await FailsAsync(workspace, "pipeline.yaml", "ownr", "limit", "Help");
    }

    private static async Task FailsAsync(CovidWorkspace workspace, params string[] said)
    {
        var result = await workspace.CallAsync("run", "pipelines/covid");
        var text = result.Output + result.Errors;
        Assert.NotEqual(0, result.ExitCode);
        Assert.All(said, s => Assert.True(text.Contains(s, StringComparison.OrdinalIgnoreCase), $"expected '{s}' in:\n{text}"));
        Assert.DoesNotContain("   at ", text);
        Assert.Empty(workspace.PublishedTables());
        Assert.Empty(workspace.StagedFiles());
    }
}
