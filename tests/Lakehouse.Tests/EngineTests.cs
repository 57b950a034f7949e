using Lakehouse.DuckDb;

namespace Lakehouse.Tests;

/// <summary>Tests with an engine of their own, in memory, and one connection to it.</summary>
public abstract class EngineTests : IDisposable
{
    private readonly DuckDbDatabase _database;

    /// <param name="threads">Threads of the engine.</param>
    protected EngineTests(int threads = 1)
    {
        _database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = threads });
        Connection = _database.Connect();
    }

    protected DuckDbConnection Connection { get; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Connection.Dispose();
        _database.Dispose();
    }
}
