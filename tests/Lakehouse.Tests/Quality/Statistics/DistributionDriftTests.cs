using Lakehouse.DuckDb;
using Lakehouse.Quality.Statistics;

namespace Lakehouse.Tests.Quality.Statistics;

public sealed class DistributionDriftTests
{
    [Theory]
    [InlineData("i % 100", 0, 0.01, 0, 0.02)]
    [InlineData("i % 100 + 30", 0.25, 20, 0.2, 0.4)]
    [InlineData("i % 100 + 1000", 0.25, 20, 0.8, 1)]
    [InlineData("CASE WHEN i % 2 = 0 THEN i % 100 END", 0.25, 20, 0, 0.02)]
    public void Compare_Values_TellsStableFromShifted(string values, double leastPsi, double mostPsi, double leastDistance, double mostDistance)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        connection.Execute($"CREATE TABLE a AS SELECT i % 100 AS v FROM range(10000) t(i); CREATE TABLE b AS SELECT {values} AS v FROM range(5000) t(i)");

        var drift = DistributionDrift.Compare(connection, "a", "b", "v");

        Assert.Equal((10000, 5000), (drift.ReferenceRows, drift.Rows));
        Assert.InRange(drift.Psi, leastPsi, mostPsi);
        Assert.InRange(drift.KolmogorovSmirnov, leastDistance, mostDistance);
    }

    [Fact]
    public void Compare_EmptySides_AreNoDivisionByZero()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        connection.Execute("CREATE TABLE a AS SELECT DATE '2024-01-01' AS v; CREATE TABLE b AS SELECT * FROM a LIMIT 0");

        Assert.Equal(0, DistributionDrift.Compare(connection, "a", "a", "v").Psi);
        Assert.True(double.IsPositiveInfinity(DistributionDrift.Compare(connection, "a", "b", "v").Psi));
        Assert.Equal(0, DistributionDrift.Compare(connection, "b", "b", "v").Psi);
    }
}
