using System.Globalization;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;

namespace Integration.Tests.Property;

/// <summary>What happens to one lake, drawn from a seed, and the comparison at its end.</summary>
internal sealed class RerunStory(int seed, bool withProcesses) : ISeededStory
{
    private static readonly string[] Places =
    [
        "PlanRun.end", "LandBronze.end", "LoadBronze.end", "Transform.begin", "Transform.end", "Publish.begin", "Publish.end", "RecordRun.begin", "RecordRun.end", "PlanBackfill.end", "RecordBackfill.begin",
        "publish.before-commit", "publish.after-commit", "merge.committed", "record.kept", "land.after-put", "transform.staged", "load.staged",
    ];

    private readonly Random _random = new(seed);
    private readonly List<string> _steps = [];
    private readonly HashSet<string> _states = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps => _steps;

    /// <inheritdoc/>
    public int Deaths { get; private set; }

    /// <inheritdoc/>
    public async Task PlayAsync()
    {
        await using var world = await RerunWorld.StartAsync(retail: seed % 2 == 1, _random);
        foreach (var day in world.Files.Days.Keys.Where(_ => _random.Next(3) > 0).ToArray())
        {
            _steps.Add(world.Files.Change(day, _random));
        }

        for (var works = _random.Next(2, 6); works > 0; works--)
        {
            await WorkAsync(world);
            _states.UnionWith(await world.StatesAsync());
            for (var changes = _random.Next(4); changes > 0; changes--)
            {
                var day = Any(world.Files.Days.Keys);
                _steps.Add(_random.Next(6) == 0 && world.Files.Days[day].Exists ? world.Files.Touch(day) : world.Files.Change(day, _random));
            }

            RefuseFailures(world);
        }

        world.Files.Mend();
        foreach (var pipeline in world.Pipelines)
        {
            var parallel = _random.Next(1, 4);
            _steps.Add($"at last: run {pipeline}, {parallel} at once");
            await world.RunAsync(pipeline, parallel);
        }

        await CompareAsync(world);
    }

    private async Task CompareAsync(RerunWorld world)
    {
        RefuseFailures(world);
        var specs = world.Pipelines.Select(world.Spec).ToArray();
        foreach (var spec in specs)
        {
            var (states, _) = await new PartitionPlanner(spec, world.Lake).StatesAsync(CancellationToken.None);
            Assert.DoesNotContain(states, s => s.ReasonToRun is not null);
        }

        IReadOnlyDictionary<string, IReadOnlyList<string>> seen = await new LakeContents(world.Lake).RowsAsync(specs);
        var accounts = await new LakeContents(world.Lake).AccountsAsync(specs[0]);
        Assert.True(accounts.Count == 0, string.Join('\n', accounts));
        var expected = await new LakeContents(await world.StraightAsync()).RowsAsync(specs);
        RefuseFailures(world);
        (expected, seen) = (Lasting(expected, _states.Except(await world.StatesAsync())), Lasting(seen, _states.Except(await world.StatesAsync())));
        Assert.NotEmpty(expected[specs[^1].Datasets[^1].Name].Concat(expected[specs[0].Datasets[0].Name]));
        var differences = expected.Where(t => !t.Value.SequenceEqual(seen[t.Key]))
            .Select(t => $"{t.Key}: missing\n    {string.Join("\n    ", t.Value.Except(seen[t.Key]).Take(4))}\n  not expected\n    {string.Join("\n    ", seen[t.Key].Except(t.Value).Take(4))}");
        Assert.True(expected.All(t => t.Value.SequenceEqual(seen[t.Key])), string.Join('\n', differences));
    }

    /// <summary>
    /// <c>scd2</c> takes nothing away (docs/guides/merging.md): a product keeps the state of a day that, corrected, no longer has it. Such products are left out, all others have the history of the straight order.
    /// </summary>
    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Lasting(IReadOnlyDictionary<string, IReadOnlyList<string>> rows, IEnumerable<string> gone)
    {
        var products = gone.Select(s => s.Split('|')[0]).ToHashSet(StringComparer.Ordinal);
        return rows.ToDictionary(t => t.Key, t => t.Key == "silver.products" ? [.. t.Value.Where(r => !products.Contains(r.Split('|')[0]))] : t.Value);
    }

    /// <summary>A run fails because its file cannot be read, and for no other reason; the step that made it fail is the last one.</summary>
    private static void RefuseFailures(RerunWorld world)
    {
        var strange = world.Failures.Where(f => !f.Reason.Contains("header", StringComparison.OrdinalIgnoreCase) && !f.Reason.Contains("cancel", StringComparison.OrdinalIgnoreCase)).ToArray();
        Assert.True(strange.Length == 0, "failed: " + string.Join('\n', strange));
    }

    /// <summary>Some work, with or without a death in the middle of it.</summary>
    private async Task WorkAsync(RerunWorld world)
    {
        var (what, work) = _random.Next(5) == 0 ? Together(Piece(world), Piece(world)) : Piece(world);
        var at = _steps.Count;
        _steps.Add(what);
        string? place = null;
        if (_random.Next(5) < 2)
        {
            place = withProcesses ? await world.KilledAsync(Any(Places), work) : await world.DyingAsync((int)Math.Exp(_random.NextDouble() * 6), work);
            Deaths += place is null ? 0 : 1;
        }
        else
        {
            await work();
        }

        _steps[at] += place is null ? "" : $"; the worker dies at {place}";
    }

    private static (string, Func<Task>) Together((string What, Func<Task> Work) one, (string What, Func<Task> Work) other) =>
        ($"{one.What}, and at once {other.What}", () => Task.WhenAll(one.Work(), other.Work()));

    private (string, Func<Task>) Piece(RerunWorld world)
    {
        var pipeline = Any(world.Pipelines);
        if (_random.Next(3) == 0)
        {
            return Backfill(world, pipeline);
        }

        var days = world.Files.Days.Where(d => d.Value.Exists).Select(d => d.Key).ToArray();
        if (_random.Next(2) == 0 && days.Length > 0 && pipeline == world.Pipelines[0])
        {
            var (day, force) = (Any(days), _random.Next(2) == 0);
            return ($"run {pipeline} {day}{(force ? " by force" : "")}", () => world.RunOneAsync(pipeline, day, force));
        }

        var parallel = _random.Next(1, 4);
        return ($"run {pipeline}, {parallel} at once", () => world.RunAsync(pipeline, parallel));
    }

    private (string, Func<Task>) Backfill(RerunWorld world, string pipeline)
    {
        var request = new BackfillRequest
        {
            Pipeline = pipeline,
            Name = "",
            Selection = Any(Enum.GetValues<BackfillSelection>()),
            Order = Any(Enum.GetValues<BackfillOrder>()),
            Concurrency = _random.Next(1, 4),
            MaxFailures = _random.Next(4) == 0 ? 0 : null,
            From = _random.Next(3) == 0 && pipeline == world.Pipelines[0] ? Any(world.Files.Days.Keys) : null,
        };
        int? cancel = _random.Next(6) == 0 ? _random.Next(400) : null;
        return (
            string.Create(CultureInfo.InvariantCulture, $"backfill {pipeline} {request.Selection} {request.Order} from {request.From ?? "the first"}, {request.Concurrency} at once{(request.MaxFailures is null ? "" : ", to the first failure")}{(cancel is null ? "" : $", cancelled after {cancel} ms")}"),
            () => world.BackfillAsync(request, cancel));
    }

    private T Any<T>(IEnumerable<T> all)
    {
        T[] array = [.. all];
        return array[_random.Next(array.Length)];
    }
}
