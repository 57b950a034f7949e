using Integration.Tests.Runs;
using Orchestrator.Cli.Output;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>What a program that calls the CLI sees when something is wrong: one document, and the exit code that the guide names.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(2, "missing for command", "plan")]
    [InlineData(2, "'plna'", "plna", "pipelines/covid")]
    [InlineData(2, "there is no such folder", "plan", "pipelines/none")]
    [InlineData(2, "is not a partition", "plan", "pipelines/covid", "--partitions", "2020-13-01")]
    [InlineData(2, "No table", "diff", "gold.nothing")]
    [InlineData(2, "did you mean 'covid'?", "plan", "pipelines/covd")]
    [InlineData(2, "did you mean 'gold.country_daily'?", "lineage", "gold.contry_daily")]
    [InlineData(2, "--until", "waive", "run/covid/2020-03-22", "--reason", "x", "--until", "soon")]
    [InlineData(2, "did you mean 'covid'?", "holds", "covd")]
    [InlineData(1, "No pipeline 'none'", "backfill", "submit", "none", "--name", "all")]
    [InlineData(1, "No run 'run/covid/1999-01-01'", "show", "run/covid/1999-01-01")]
    [InlineData(1, "No open run", "approve", "run/covid/1999-01-01", "--reason", "x")]
    [InlineData(1, "No such backfill", "backfill", "status", "covid/nothing")]
    [InlineData(1, "has no window", "window", "show", "covid", "2020-03-22")]
    [InlineData(1, "No step has asked", "flow", "show", "nobody")]
    [InlineData(3, "No Temporal service answers", "runs", "--address", "127.0.0.1:1")]
    public async Task Verbs_ThatCannotDoWhatIsAsked_PrintOneDocumentAndHelp(int code, string what, params string[] call)
    {
        using var workspace = new CovidWorkspace("2020-03-22");

        var result = await workspace.CallAsync([.. call, "--json"]);

        var error = CovidWorkspace.Parse(result.Output).GetProperty("error");
        Assert.Equal((code, code), (result.ExitCode, error.GetProperty("exitCode").GetInt32()));
        Assert.Contains(what, result.Errors, StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("help").GetString()!);
        Assert.Contains("Help:", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10, "")]
    [InlineData(10, 10, "")]
    [InlineData(1, 3, "about 20 s left")]
    [InlineData(1, 31, "about 5 min left")]
    [InlineData(1, 1261, "about 3.5 h left")]
    public void Left_OfWorkAtItsPace_IsWhatTheRestTakes(int done, int total, string expected) =>
        Assert.Equal(expected, Pace.Text(Pace.Left(done, total, TimeSpan.FromSeconds(10))));
}
