namespace Lakehouse.DuckDb;

/// <summary>
/// Confined instances, used again: opening and locking one costs more than most steps of a small partition. A rented connection works in an empty
/// database of its own inside the instance, which is dropped when it is given back, so nobody sees what another has made. An instance serves
/// one connection at a time, and only confinements that are the same as its own.
/// </summary>
public sealed class DuckDbPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Instance> _idle = []; // the longest idle first
    private readonly int _keep;
    private int _opened;
    private bool _disposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="keep">Most idle instances that are kept; beyond it the one that was idle longest goes. Default: 8.</param>
    public DuckDbPool(int keep = 8) => _keep = keep;

    /// <summary>A connection to a locked instance; disposing it drops all it has made and gives the instance back.</summary>
    /// <param name="confinement">Its limits, and what it can reach.</param>
    public DuckDbConnection Rent(DuckDbConfinement confinement)
    {
        ArgumentNullException.ThrowIfNull(confinement);
        var instance = Take(confinement.Key) ?? Instance.Open(confinement, Interlocked.Increment(ref _opened));
        try
        {
            return instance.Lend(StatementLimits.Of(confinement.Limits), this);
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>Closes what is idle; what is rented closes when it is given back.</summary>
    public void Dispose()
    {
        List<Instance> idle;
        lock (_gate)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        idle.ForEach(i => i.Dispose());
    }

    private Instance? Take(string key)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var instance = _idle.FindLast(i => i.Key == key);
            if (instance is not null)
            {
                _idle.Remove(instance);
            }

            return instance;
        }
    }

    private void GiveBack(Instance instance)
    {
        var leaving = instance;
        if (instance.TryClear())
        {
            lock (_gate)
            {
                if (!_disposed)
                {
                    _idle.Add(instance);
                    leaving = _idle.Count > _keep ? _idle[0] : null;
                    _idle.RemoveRange(0, leaving is null ? 0 : 1);
                }
            }
        }

        leaving?.Dispose();
    }

    private sealed class Instance : IDisposable
    {
        /// <summary>Name of the database a rented connection works in.</summary>
        private const string Database = "step";

        // Temporary objects and some settings are a connection's own, and no setting can be made after the lock: each lease gets a connection that was made
        // before it, and an instance that has none left is worn out. A connection costs a quarter of a millisecond and an instance some 15: one run does with few,
        // a worker that goes on should not open an instance every few runs.
        private const int FewestLeases = 16;
        private const int MostLeases = 256;

        private readonly Queue<DuckDbConnection> _stock = [];
        private readonly DuckDbDatabase _engine;
        private readonly DuckDbConnection _keeper;
        private readonly SpillFolder? _spill;

        private Instance(DuckDbConfinement confinement, SpillFolder? spill, int leases)
        {
            Key = confinement.Key;
            _spill = spill;
            var limits = confinement.Instance with { TempDirectory = spill?.Path };
            _engine = DuckDbDatabase.OpenInMemory(limits);
            try
            {
                _keeper = _engine.Connect();
                for (var i = 0; i < leases; i++)
                {
                    var connection = _engine.Connect();
                    _stock.Enqueue(connection);
                    connection.FollowProgress(limits.ProgressInterval);
                }

                DuckDbSandbox.Lock(_keeper, [], confinement.Folders);
            }
            catch
            {
                Close();
                throw;
            }
        }

        public string Key { get; }

        /// <summary>Opens an instance.</summary>
        /// <param name="confinement">Its limits, and what it can reach.</param>
        /// <param name="number">The how many-th of its pool it is.</param>
        public static Instance Open(DuckDbConfinement confinement, int number)
        {
            var spill = confinement.SpillRoot is { } root ? SpillFolder.Create(root) : null;
            try
            {
                return new Instance(confinement, spill, Math.Min(FewestLeases * number, MostLeases));
            }
            catch
            {
                spill?.Dispose();
                throw;
            }
        }

        public DuckDbConnection Lend(StatementLimits limits, DuckDbPool pool)
        {
            var connection = _stock.Peek();
            connection.Execute($"ATTACH ':memory:' AS {Database}; USE {Database};");
            return _stock.Dequeue().Lend(limits, () => pool.GiveBack(this));
        }

        /// <summary>Drops what the last lease made; false when nobody can use the instance any more.</summary>
        public bool TryClear()
        {
            try
            {
                _keeper.Execute($"DETACH {Database}");
                return _stock.Count > 0;
            }
            catch (DuckDbException)
            {
                // Nobody else gets an instance that still holds something; its owner disposes it.
                return false;
            }
        }

        public void Dispose()
        {
            Close();
            _spill?.Dispose();
        }

        private void Close()
        {
            while (_stock.TryDequeue(out var connection))
            {
                connection.Dispose();
            }

            _keeper?.Dispose();
            _engine.Dispose();
        }
    }
}
