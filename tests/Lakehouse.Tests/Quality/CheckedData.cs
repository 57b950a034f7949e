using Lakehouse.Quality;

namespace Lakehouse.Tests.Quality;

/// <summary>Requests for tests.</summary>
internal static class CheckedData
{
    public static CheckRequest Request(string relation) =>
        new() { Relation = relation, Dataset = "silver.t", Partition = "2020-03-22", RunId = "run-1", QuarantinedAt = DateTimeOffset.UnixEpoch };
}
