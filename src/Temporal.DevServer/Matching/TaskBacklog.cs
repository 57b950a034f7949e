namespace Temporal.DevServer.Matching;

/// <summary>
/// Waiting tasks of one queue in the order of their dispatch: priority first; within one priority each fairness key gets a share that is
/// proportional to its weight, however much waits under the others; within one key first come, first served. Not safe for several threads.
/// </summary>
internal sealed class TaskBacklog
{
    /// <summary>The priority of tasks that name none.</summary>
    public const int DefaultPriority = 3;

    private const int LowestPriority = 5;
    private const float LightestWeight = 0.001f;
    private const float HeaviestWeight = 1000;

    private readonly SortedSet<Entry> _entries = new(Comparer<Entry>.Create(static (a, b) =>
        (a.Priority, a.Pass, a.Sequence).CompareTo((b.Priority, b.Pass, b.Sequence))));

    private readonly Level[] _levels = [.. Enumerable.Range(0, LowestPriority + 1).Select(_ => new Level())];
    private long _sequence;
    private long _front;

    public int Count => _entries.Count;

    /// <summary>The next task's time of arrival, which is about the oldest one's.</summary>
    public DateTime? HeadCreated => _entries.Min?.Task.Created;

    /// <summary>The priority that counts for the task: unknown ones are the lowest.</summary>
    public static int PriorityOf(QueueTask task) => task.Priority is 0 ? DefaultPriority : Math.Clamp(task.Priority, 1, LowestPriority);

    /// <summary>The weight within its bounds; 0 is 1.</summary>
    public static float Bounded(float weight) => weight is 0 ? 1 : Math.Clamp(weight, LightestWeight, HeaviestWeight);

    public void Add(QueueTask task, float weight)
    {
        var priority = PriorityOf(task);
        _entries.Add(new Entry(priority, _levels[priority].PassFor(task.FairnessKey, weight), ++_sequence, task));
    }

    /// <summary>A task that was handed out in vain comes before all others of its priority.</summary>
    public void AddFirst(QueueTask task) => _entries.Add(new Entry(PriorityOf(task), double.NegativeInfinity, --_front, task));

    /// <summary>The next task that may go; null when there is none.</summary>
    public QueueTask? Take(Func<QueueTask, bool>? mayGo = null)
    {
        var found = mayGo is null ? _entries.Min : _entries.FirstOrDefault(e => mayGo(e.Task));
        if (found is null)
        {
            return null;
        }

        _entries.Remove(found);
        _levels[found.Priority].Passed(found.Pass);
        if (_entries.Count == 0)
        {
            foreach (var level in _levels)
            {
                level.Reset();
            }
        }

        return found.Task;
    }

    public bool Remove(QueueTask task) => _entries.RemoveWhere(e => ReferenceEquals(e.Task, task)) > 0;

    public List<QueueTask> Clear()
    {
        var left = _entries.Select(e => e.Task).ToList();
        _entries.Clear();
        return left;
    }

    /// <summary>How many tasks wait with each priority, and since when the oldest of them.</summary>
    public IReadOnlyDictionary<int, (int Count, DateTime Oldest)> ByPriority() => _entries
        .GroupBy(e => e.Priority)
        .ToDictionary(g => g.Key, g => (g.Count(), g.Min(e => e.Task.Created)));

    private sealed record Entry(int Priority, double Pass, long Sequence, QueueTask Task);

    /// <summary>Virtual time of one priority: a task's pass is one step of its key, the shorter the heavier the key, after the key's last task.</summary>
    private sealed class Level
    {
        private readonly Dictionary<string, double> _last = new(StringComparer.Ordinal);
        private double _now;

        public double PassFor(string key, float weight)
        {
            var pass = Math.Max(_now, _last.GetValueOrDefault(key)) + (1d / weight);
            return _last[key] = pass;
        }

        public void Passed(double pass) => _now = Math.Max(_now, pass);

        public void Reset()
        {
            _last.Clear();
            _now = 0;
        }
    }
}
