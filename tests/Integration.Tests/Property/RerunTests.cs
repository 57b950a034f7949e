using Orchestrator.TestKit;

namespace Integration.Tests.Property;

/// <summary>
/// Every shipped pipeline, over files that come late and change, with runs, runs again, backfills and deaths of the worker in any order drawn from a seed, ends in the tables of a lake that ran once
/// over the files as they are at last. <c>RERUN_SEEDS</c> and <c>RERUN_FROM</c> say how many seeds and from which; every 25th has real worker processes, killed with SIGKILL.
/// </summary>
public sealed class RerunTests(ITestOutputHelper output)
{
    private const int Processes = 25;

    [Fact]
    public Task Tables_AfterAnyInterleavingOfRuns_EqualThoseOfTheStraightOrder() =>
        SeededStories.PlayAsync(SoakSetting.Number("RERUN_FROM", 1), SoakSetting.Number("RERUN_SEEDS", 5), seed => new RerunStory(seed, withProcesses: seed % Processes == 0), output);
}
