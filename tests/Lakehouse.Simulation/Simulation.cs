using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
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
    /// <summary>Actors that are no writers.</summary>
    private const int Vacuum = 100;

    private const int Reader = 101;

    private readonly Random _random;
    private readonly Scheduler _scheduler;
    private readonly ManualTime _time = new();
    private readonly ArchivingStore _store;
    private readonly double _faults;
    private readonly List<Writer> _writers = [];

    private readonly bool _isVacuumed;

    private Simulation(int seed)
    {
        _store = new ArchivingStore(new MemoryObjectStore(_time));
        _random = new Random(seed);
        _scheduler = new Scheduler(new Random(seed * 31 + 7));
        _faults = _random.Next(3) == 0 ? 0 : 0.12;
        _isVacuumed = _random.Next(2) == 0;
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

        Task vacuum = Task.CompletedTask, reader = Task.CompletedTask;
        if (_isVacuumed)
        {
            vacuum = Housekeeping.VacuumAsync(StoreOf(Vacuum), _time, 3);
            reader = Housekeeping.ReadAsync(StoreOf(Reader), _time, _random, 4);
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

        var failure = _writers.Select(w => w.Failure).FirstOrDefault(f => f is not null) ?? vacuum.Exception ?? reader.Exception;
        if (failure is not null)
        {
            return new Outcome(seed, _scheduler.Steps, 0, 0, crashes, _store.Deleted, failure.ToString());
        }

        var checker = new Checker(new RecallingStore(_store), _time, Isolation, works);
        var problem = Complete(checker.CheckAsync()) ?? Complete(CheckFilesAsync());
        return new Outcome(seed, _scheduler.Steps, checker.Commits, _writers.Sum(w => w.Conflicts), crashes, _store.Deleted, problem);
    }

    /// <summary>Once all leases have run out and the orphans are swept, the files there are those the log names, and all the newest version needs.</summary>
    private async Task<string?> CheckFilesAsync()
    {
        if (!_isVacuumed)
        {
            return null;
        }

        _time.Advance(TimeSpan.FromHours(2));
        var table = new SimulatedTable(_store, _time, "end");
        await table.Delta.SweepOrphansAsync();
        var head = (await table.Delta.HeadAsync())!;
        await table.RowsAsync(head);
        var named = (await table.Delta.CommitsAsync(0, head.Version)).SelectMany(c => c.Actions).OfType<AddFile>().Select(a => $"{SimulatedTable.Path}/{a.DecodedPath}").ToHashSet(StringComparer.Ordinal);
        var orphan = (await _store.ListAsync(SimulatedTable.Path + "/")).FirstOrDefault(o => o.Path.EndsWith(".rows", StringComparison.Ordinal) && !named.Contains(o.Path));
        return orphan is null ? null : $"'{orphan.Path}' is an orphan that was not swept";
    }

    private ScheduledStore StoreOf(int actor, double faults = 0) => new(_store, _scheduler, _random, actor, faults);

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
                var table = new SimulatedTable(simulation.StoreOf(number, simulation._faults), simulation._time, $"{number}.{life}");
                if (simulation._isVacuumed)
                {
                    table.Lease = await StagingLease.TakeAsync(table.Delta, id: string.Create(CultureInfo.InvariantCulture, $"{number:x16}{life:x16}"));
                }

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
                catch (Exception e) when (e is DeltaConflictException || (e is FileGoneException && simulation._isVacuumed))
                {
                    // A file that is gone was removed by somebody since the snapshot: that is a conflict too, seen early.
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
