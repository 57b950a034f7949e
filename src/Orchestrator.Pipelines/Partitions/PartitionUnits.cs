namespace Orchestrator.Pipelines.Partitions;

/// <summary>What is common to units.</summary>
public static class PartitionUnits
{
    /// <summary>Whether partitions of this unit cover a time: false for list, static and file.</summary>
    public static bool HasTime(this PartitionUnit unit) => unit is PartitionUnit.Hour or PartitionUnit.Day or PartitionUnit.Week or PartitionUnit.Month;
}
