using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.DuckDb;

public sealed class DuckDbPoolTests : IDisposable
{
    private readonly TempDir _folder = new();
    private readonly DuckDbPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Rent_AfterAnotherGaveItBack_SeesNothingOfTheOther()
    {
        for (var i = 0; i < 3; i++)
        {
            using var connection = _pool.Rent(Confinement("a"));
            connection.Execute("CREATE SCHEMA silver; CREATE VIEW silver.x AS SELECT 1 AS i; CREATE TABLE made AS SELECT 1 AS i");
            connection.Execute("CREATE TEMP TABLE passing AS SELECT 1 AS i; CREATE TEMP VIEW kept AS SELECT 1 AS i");
            Assert.Equal("UTC", connection.Scalar<string>("SELECT current_setting('TimeZone')"));
        }
    }

    [Fact]
    public void Rent_WithTheSameConfinement_UsesTheInstanceAgain()
    {
        var first = InstanceOf(Confinement("a"));
        Assert.Equal(first, InstanceOf(Confinement("a")));
        Assert.NotEqual(first, InstanceOf(Confinement("b")));
    }

    [Fact]
    public void Rent_MoreOftenThanAnInstanceCanServe_GoesOnWithAnother()
    {
        var served = Enumerable.Range(0, 60).Select(_ => InstanceOf(Confinement("a"))).CountBy(i => i).Select(i => i.Value);
        Assert.Equal([16, 32, 12], served);
    }

    [Fact]
    public void Rent_WhileAnotherIsInUse_SharesNothingWithIt()
    {
        using var one = _pool.Rent(Confinement("a"));
        using var two = _pool.Rent(Confinement("a"));
        one.Execute("CREATE TABLE only_here (i INT)");
        Assert.Throws<DuckDbException>(() => two.Execute("SELECT * FROM only_here"));
    }

    [Fact]
    public void Rent_OutsideItsFolders_ReachesNothing()
    {
        File.WriteAllText(_folder.At("secret.csv"), "a\n1\n");
        using var connection = _pool.Rent(Confinement("a"));
        connection.Execute($"COPY (SELECT 1 AS i) TO '{Path.Combine(_folder.At("a"), "x.parquet")}' (FORMAT parquet)");
        Assert.Throws<DuckDbException>(() => connection.Execute($"SELECT * FROM read_csv('{_folder.At("secret.csv")}')"));
        Assert.Throws<DuckDbException>(() => connection.Execute("SET memory_limit = '10GB'"));
        Assert.Throws<DuckDbException>(() => connection.Execute($"ATTACH '{_folder.At("other.db")}' AS other"));
    }

    [Fact]
    public void Dispose_OfAConnectionInAnOpenTransaction_GivesACleanInstanceToTheNext()
    {
        using (var connection = _pool.Rent(Confinement("a")))
        {
            connection.Execute("BEGIN TRANSACTION; CREATE TABLE made AS SELECT 1 AS i");
        }

        using var next = _pool.Rent(Confinement("a"));
        next.Execute("CREATE TABLE made AS SELECT 2 AS i");
        Assert.Equal(2, next.Scalar<int>("SELECT i FROM made"));
    }

    [Fact]
    public void Dispose_OfAConnection_EndsItsUse()
    {
        var connection = _pool.Rent(Confinement("a"));
        connection.Dispose();
        connection.Dispose();
        Assert.Throws<ObjectDisposedException>(() => connection.Execute("SELECT 1"));
    }

    [Fact]
    public void Rent_BesideTheSpillOfADeadProcess_RemovesIt()
    {
        var dead = Path.Combine(_folder.At("spill"), "dead");
        Directory.CreateDirectory(dead);
        File.WriteAllText(Path.Combine(dead, "owner.lock"), "");
        using (var one = _pool.Rent(Confinement("a")))
        {
            using var two = _pool.Rent(Confinement("a"));
            Assert.False(Directory.Exists(dead));
            Assert.Equal(2, Directory.GetDirectories(_folder.At("spill")).Length);
        }

        _pool.Dispose();
        Assert.Empty(Directory.GetDirectories(_folder.At("spill")));
    }

    private string InstanceOf(DuckDbConfinement confinement)
    {
        using var connection = _pool.Rent(confinement);
        return connection.Scalar<string>("SELECT current_setting('temp_directory')")!;
    }

    private DuckDbConfinement Confinement(string folder)
    {
        Directory.CreateDirectory(_folder.At(folder));
        return new DuckDbConfinement
        {
            Limits = new DuckDbOptions { MemoryLimitBytes = 256L << 20, Threads = 1 },
            Folders = [_folder.At(folder)],
            SpillRoot = _folder.At("spill"),
        };
    }
}
