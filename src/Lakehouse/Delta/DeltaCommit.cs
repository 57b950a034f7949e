using System.Text.Json.Nodes;

namespace Lakehouse.Delta;

/// <summary>One commit of a table's log.</summary>
/// <param name="Version">Version it made.</param>
/// <param name="Actions">Its actions, in order.</param>
public sealed record DeltaCommit(long Version, IReadOnlyList<DeltaAction> Actions)
{
    /// <summary>Who committed what and why; null when the writer did not say.</summary>
    public JsonObject? Info => Actions.OfType<CommitInfoAction>().FirstOrDefault()?.Content;

    /// <summary>Id its writer gave it; null when there is none.</summary>
    public string? Id => Info?["txnId"]?.GetValue<string>();

    /// <summary>Its time when the table has in-commit timestamps, milliseconds since 1970 (UTC); null when it does not say.</summary>
    public long? InCommitTimestamp => Info?["inCommitTimestamp"]?.GetValue<long>();

    /// <summary>Values of a partition column whose rows it changes; null stands for files whose value is not told. Files that are only put together differently change none.</summary>
    public IEnumerable<string?> Touched(string column) => Actions.Select(a => a switch
    {
        AddFile { DataChange: true } add => (Data: true, Value: add.PartitionValues.GetValueOrDefault(column)),
        RemoveFile { DataChange: true } remove => (Data: true, Value: remove.PartitionValues?.GetValueOrDefault(column)),
        _ => (Data: false, Value: null),
    }).Where(t => t.Data).Select(t => t.Value).Distinct();
}
