namespace Lakehouse.Delta.Transactions.Conflicts;

/// <summary>A file's partition in a message, named by column only: its values are data.</summary>
internal static class PartitionText
{
    public static string Of(AddFile file) => file.PartitionValues.Count == 0 ? "" : $"(partitioned by {string.Join(", ", file.PartitionValues.Keys)}) ";
}
