using Orchestrator.Activities;

namespace Integration.Tests.Property;

/// <summary>A day that leaves the next one, and with it all behind that, to the rest of its backfill, and the rest does not come.</summary>
public sealed class LeftRestateTests
{
    [Fact]
    public async Task Plan_AfterABackfillThatEndedBehindAChangedDay_NamesTheDaysThatReadIt()
    {
        await using var world = await RerunWorld.StartAsync(retail: false, new Random(1));
        string[] days = [.. world.Files.Days.Keys];
        foreach (var day in days)
        {
            world.Files.Days[day].Write();
        }

        await world.RunAsync("covid", 1);
        var (first, next) = (days[0], days[1]);
        var file = world.Files.Days[first];
        file.Lines[0] = file.With(file.Lines[0], "Confirmed", "777777");
        file.Write();
        await world.RunOneAsync("covid", first, force: false, next);

        var due = (await new PartitionPlanner(world.Spec("covid"), world.Lake).StatesAsync(CancellationToken.None)).States.Where(s => s.ReasonToRun is not null).ToArray();
        // The last one looks back over six days only.
        Assert.Equal(days[1..^1], due.Select(s => s.Partition.Value));
        Assert.All(due, d => Assert.Equal("upstream newer", d.ReasonToRun));

        await world.RunAsync("covid", 1);

        Assert.DoesNotContain((await new PartitionPlanner(world.Spec("covid"), world.Lake).StatesAsync(CancellationToken.None)).States, s => s.ReasonToRun is not null);
        var seen = await new LakeContents(world.Lake).RowsAsync([world.Spec("covid")]);
        var expected = await new LakeContents(await world.StraightAsync()).RowsAsync([world.Spec("covid")]);
        Assert.Equal(expected["gold.country_daily"], seen["gold.country_daily"]);
        Assert.Empty(world.Failures);
    }
}
