using System.Collections.Concurrent;

namespace Lakehouse.DuckDb;

/// <summary>
/// Fresh instances, opened ahead in the background. Each is used once, because what a step sets or locks holds for the whole instance; a step
/// therefore does not wait the 25 ms that opening takes.
/// </summary>
public sealed class DuckDbPool : IDisposable
{
    private readonly ConcurrentQueue<DuckDbDatabase> _ready = new();
    private readonly int _ahead;
    private int _opening;
    private volatile bool _disposed;

    /// <summary>Creates an empty pool; the first instance is opened when it is asked for.</summary>
    /// <param name="ahead">Instances kept ready. Default: 4.</param>
    public DuckDbPool(int ahead = 4) => _ahead = ahead;

    /// <summary>A connection to an instance nobody has used; disposing it disposes the instance.</summary>
    public DuckDbConnection Open(DuckDbOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var database = _ready.TryDequeue(out var ready) ? ready : DuckDbDatabase.OpenBare();
        Refill();
        try
        {
            var connection = database.Connect(database);
            try
            {
                connection.Configure(options);
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Drain();
    }

    private void Refill()
    {
        if (Interlocked.CompareExchange(ref _opening, 1, 0) == 0)
        {
            ThreadPool.QueueUserWorkItem(_ => OpenAhead());
        }
    }

    private void OpenAhead()
    {
        try
        {
            while (!_disposed && _ready.Count < _ahead)
            {
                _ready.Enqueue(DuckDbDatabase.OpenBare());
            }
        }
        finally
        {
            Volatile.Write(ref _opening, 0);
            if (_disposed)
            {
                Drain();
            }
        }
    }

    private void Drain()
    {
        while (_ready.TryDequeue(out var database))
        {
            database.Dispose();
        }
    }
}
