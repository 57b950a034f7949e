namespace Lakehouse.Delta;

/// <summary>
/// The latest commits of a table that this process has made or met. Commits never change, so what is remembered is as good as the log; what is not here is
/// read there.
/// </summary>
internal sealed class RecentCommits
{
    private const int MostCommits = 128;
    private const int MostActions = 16_384;

    private readonly SortedDictionary<long, DeltaCommit> _commits = [];
    private int _actions;

    /// <summary>A commit; null when it is not remembered.</summary>
    public DeltaCommit? Find(long version)
    {
        lock (_commits)
        {
            return _commits.GetValueOrDefault(version);
        }
    }

    /// <summary>Forgets all: the log is another one.</summary>
    public void Clear()
    {
        lock (_commits)
        {
            _commits.Clear();
            _actions = 0;
        }
    }

    /// <summary>Remembers a commit that the log is known to have; the oldest are forgotten for it.</summary>
    public void Add(DeltaCommit commit)
    {
        if (commit.Actions.Count > MostActions)
        {
            return;
        }

        lock (_commits)
        {
            if (!_commits.TryAdd(commit.Version, commit))
            {
                return;
            }

            _actions += commit.Actions.Count;
            while (_commits.Count > MostCommits || _actions > MostActions)
            {
                var (oldest, forgotten) = _commits.First();
                _commits.Remove(oldest);
                _actions -= forgotten.Actions.Count;
            }
        }
    }
}
