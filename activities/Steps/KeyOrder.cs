using Lakehouse.DuckDb;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>The order in which a dataset's rows are written: by its key, so that the same rows give the same bytes.</summary>
internal static class KeyOrder
{
    /// <summary>An ORDER BY list; every column where the dataset has no key besides its partition.</summary>
    public static string Of(Dataset dataset)
    {
        var key = dataset.Key.Where(k => k != dataset.PartitionColumn).Select(SqlIdentifier.Quote).ToArray();
        return key.Length > 0 ? string.Join(", ", key) : "ALL";
    }
}
