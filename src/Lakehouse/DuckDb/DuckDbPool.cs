using System.Collections.Concurrent;

namespace Lakehouse.DuckDb;

/// <summary>
/// Confined instances, used again: opening and locking one costs more than most steps of a small partition. A rented connection works in an empty
/// database of its own inside the instance, which is dropped when it is given back, so nobody sees what another has made. An instance serves
/// one connection at a time, and only confinements that are the same as its own.
/// </summary>
public sealed class DuckDbPool : IDisposable
{
    /// <summary>Name of the database a rented connection works in.</summary>
    private const string Database = "step";

    private readonly ConcurrentDictionary<string, ConcurrentBag<Instance>> _idle = new(StringComparer.Ordinal);
    private readonly int _keep;
    private int _kept;
    private volatile bool _disposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="keep">Most idle instances that are kept. Default: 4.</param>
    public DuckDbPool(int keep = 4) => _keep = keep;

    /// <summary>A connection to a locked instance; disposing it drops all it has made and gives the instance back.</summary>
    /// <param name="confinement">Its limits, and what it can reach.</param>
    public DuckDbConnection Rent(DuckDbConfinement confinement)
    {
        ArgumentNullException.ThrowIfNull(confinement);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var instance = Take(confinement.Key) ?? Instance.Open(confinement);
        try
        {
            instance.Connection.Execute($"ATTACH ':memory:' AS {Database}; USE {Database};");
            return new DuckDbConnection(instance.Connection, StatementLimits.Of(confinement.Limits), new Lease(this, instance));
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        foreach (var bag in _idle.Values)
        {
            while (bag.TryTake(out var instance))
            {
                instance.Dispose();
            }
        }
    }

    private Instance? Take(string key)
    {
        if (_idle.TryGetValue(key, out var bag) && bag.TryTake(out var instance))
        {
            Interlocked.Decrement(ref _kept);
            return instance;
        }

        return null;
    }

    private void GiveBack(Instance instance)
    {
        if (_disposed || !instance.TryClear())
        {
            instance.Dispose();
            return;
        }

        if (Interlocked.Increment(ref _kept) > _keep)
        {
            Interlocked.Decrement(ref _kept);
            instance.Dispose();
            return;
        }

        _idle.GetOrAdd(instance.Key, _ => []).Add(instance);
        if (_disposed)
        {
            Dispose();
        }
    }

    private sealed class Instance : IDisposable
    {
        private readonly DuckDbDatabase _engine;
        private readonly SpillFolder? _spill;

        private Instance(DuckDbConfinement confinement, SpillFolder? spill)
        {
            Key = confinement.Key;
            _spill = spill;
            var limits = confinement.Instance with { TempDirectory = spill?.Path };
            _engine = DuckDbDatabase.OpenInMemory(limits);
            try
            {
                // One connection for the instance's life: some settings are a connection's own, and none can be made after the lock.
                Connection = _engine.Connect();
                Connection.Configure(limits);
                DuckDbSandbox.Lock(Connection, [], confinement.Folders);
            }
            catch
            {
                Connection?.Dispose();
                _engine.Dispose();
                throw;
            }
        }

        public string Key { get; }

        public DuckDbConnection Connection { get; }

        public static Instance Open(DuckDbConfinement confinement)
        {
            var spill = confinement.SpillRoot is { } root ? SpillFolder.Create(root) : null;
            try
            {
                return new Instance(confinement, spill);
            }
            catch
            {
                spill?.Dispose();
                throw;
            }
        }

        /// <summary>Drops what was made; false when the engine would not.</summary>
        public bool TryClear()
        {
            try
            {
                Connection.Execute($"USE memory; DETACH {Database};");
                foreach (var row in Connection.Query("SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary").Rows)
                {
                    Connection.Execute($"DROP {row[0]} temp.main.{SqlIdentifier.Quote((string)row[1]!)}");
                }

                return true;
            }
            catch (DuckDbException)
            {
                // Nobody else gets an instance that still holds something; its owner disposes it.
                return false;
            }
        }

        public void Dispose()
        {
            Connection.Dispose();
            _engine.Dispose();
            _spill?.Dispose();
        }
    }

    private sealed class Lease(DuckDbPool pool, Instance instance) : IDisposable
    {
        public void Dispose() => pool.GiveBack(instance);
    }
}
