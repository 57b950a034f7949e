namespace Lakehouse.Tests.Delta.Transactions;

/// <summary>The first seeds of the simulation; <c>eng/soak delta-simulation</c> runs more.</summary>
public sealed class SimulationTests
{
    [Fact]
    public async Task Commits_OfManyWriters_AreSerialisable()
    {
        // On a thread of the pool: there no synchronisation context takes the steps away from the scheduler.
        var outcomes = await Task.Run(() => Enumerable.Range(1, 200).Select(seed => Simulation.Simulation.Run(seed)).ToArray());
        Assert.Empty(outcomes.Where(o => o.Problem is not null).Select(o => $"seed {o.Seed}: {o.Problem}"));

        // The races are there: without them the test would say nothing.
        Assert.True(outcomes.Sum(o => o.Conflicts) > 200 && outcomes.Sum(o => o.Crashes) > 50 && outcomes.Sum(o => o.Vacuumed) > 200, "too few conflicts, crashes or vacuumed files");
    }

    [Fact]
    public async Task Run_OfOneSeed_IsTheSameTwice()
    {
        var runs = await Task.Run(() => (First: Simulation.Simulation.Run(7), Second: Simulation.Simulation.Run(7)));
        Assert.Equal(runs.First, runs.Second);
    }
}
