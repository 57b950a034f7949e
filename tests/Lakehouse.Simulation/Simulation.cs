using System.Text.Json.Nodes;
using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Simulation;

/// <summary>
/// Many writers with all kinds of work on one table: their calls of the store interleave by a seed, replies get lost, processes die and begin again.
/// Afterwards <see cref="Checker"/> replays the log and asks of each commit whether it did what it would have done alone at that place.
/// </summary>
public sealed class Simulation
{
    private readonly Random _random;
    private readonly Scheduler _scheduler;
    private readonly ManualTime _time = new();
    private readonly MemoryObjectStore _store;
    private readonly double _faults;
    private readonly List<Writer> _writers = [];

    private Simulation(int seed)
    {
        _store = new MemoryObjectStore(_time);
        _random = new Random(seed);
        _scheduler = new Scheduler(new Random(seed * 31 + 7));
        _faults = _random.Next(3) == 0 ? 0 : 0.12;
        Isolation = _random.Next(3) == 0 ? IsolationLevel.WriteSerializable : IsolationLevel.Serializable;
    }

    /// <summary>The table's level of this seed.</summary>
    public IsolationLevel Isolation { get; }

    /// <summary>Runs one seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Where the works and the table's log go afterwards; null for nowhere.</param>
    public static Outcome Run(int seed, TextWriter? log = null)
    {
        var simulation = new Simulation(seed);
        var outcome = simulation.RunToEnd(seed);
        if (log is not null)
        {
            simulation.Tell(log);
        }

        return outcome;
    }

    private void Tell(TextWriter log)
    {
        log.WriteLine($"isolation {Isolation}, faults {_faults}");
        foreach (var commit in Complete(_store.ListAsync($"{SimulatedTable.Path}/_delta_log/")))
        {
            log.WriteLine(commit.Path);
            log.WriteLine(System.Text.Encoding.UTF8.GetString(Complete(_store.ReadAsync(commit.Path))!));
        }
    }

    private Outcome RunToEnd(int seed)
    {
        Complete(new SimulatedTable(_store, _time, "setup").CreateAsync(Isolation));
        var works = new List<Work>();
        for (var w = 0; w < 2 + _random.Next(4); w++)
        {
            Work[] own = [.. Enumerable.Range(0, 3 + _random.Next(5)).Select(n => new Work($"{w}-{n}", WorkGenerator.Draw(_random, (w * 10) + n)))];
            works.AddRange(own);
            _writers.Add(new Writer(this, w, own));
        }

        var crashes = 0;
        foreach (var writer in _writers)
        {
            writer.Start();
        }

        while (_scheduler.Step())
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            if (_faults > 0 && _random.Next(150) == 0)
            {
                crashes++;
                _writers[_random.Next(_writers.Count)].Restart();
            }
        }

        if (_writers.FirstOrDefault(w => w.Failure is not null) is { } failed)
        {
            return new Outcome(seed, _scheduler.Steps, 0, 0, crashes, failed.Failure!.ToString());
        }

        var checker = new Checker(_store, _time, Isolation, works);
        var problem = Complete(checker.CheckAsync());
        return new Outcome(seed, _scheduler.Steps, checker.Commits, _writers.Sum(w => w.Conflicts), crashes, problem);
    }

    /// <summary>Everything over the bare memory store is done when the call returns.</summary>
    private static T Complete<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("The simulation left its thread.");

    private static void Complete(Task task)
    {
        if (!task.IsCompleted)
        {
            throw new InvalidOperationException("The simulation left its thread.");
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>One writer: its works in order, each until its end is known; a new life after each death.</summary>
    private sealed class Writer(Simulation simulation, int number, IReadOnlyList<Work> works)
    {
        private const int Attempts = 12;

        private int _life;

        public int Conflicts { get; private set; }

        public Exception? Failure { get; private set; }

        public void Start() => _ = LiveAsync(++_life);

        public void Restart()
        {
            if (works.Any(w => w.End is null) && Failure is null)
            {
                simulation._scheduler.Kill(number);
                Start();
            }
        }

        private async Task LiveAsync(int life)
        {
            try
            {
                var store = new ScheduledStore(simulation._store, simulation._scheduler, simulation._random, number, simulation._faults);
                var table = new SimulatedTable(store, simulation._time, $"{number}.{life}");
                foreach (var work in works.Where(w => w.End is null))
                {
                    work.End = await DoAsync(table, work);
                }
            }
            catch (Exception e)
            {
                Failure = e;
            }
        }

        private async Task<WorkEnd> DoAsync(SimulatedTable table, Work work)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var transaction = await table.Delta.BeginAsync();
                    transaction.Advance($"app-{work.Id}", 1);
                    if (transaction.Snapshot.Transactions.ContainsKey($"app-{work.Id}"))
                    {
                        return WorkEnd.Committed;
                    }

                    if (!await work.Operation.StageAsync(table, transaction))
                    {
                        return WorkEnd.Nothing;
                    }

                    await transaction.CommitAsync(new CommitDescription
                    {
                        Operation = work.Operation.Name,
                        CommitId = work.Id,
                        Info = new JsonObject { ["runId"] = "simulation" },
                    });
                    return WorkEnd.Committed;
                }
                catch (DeltaConflictException)
                {
                    Conflicts++;
                    if (attempt == Attempts)
                    {
                        return WorkEnd.GivenUp;
                    }
                }
                catch (IOException)
                {
                    // The outcome is not known: do it again, the table tells.
                    await simulation._scheduler.TurnAsync(number);
                }
            }
        }
    }
}
