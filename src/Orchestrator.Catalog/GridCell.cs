using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog;

/// <summary>One partition in an overview.</summary>
/// <param name="Partition">Name of the partition.</param>
/// <param name="State">How its last run stands.</param>
/// <param name="Epoch">Epoch of that run.</param>
/// <param name="IsStale">Whether something upstream is newer.</param>
/// <param name="IsFinal">Whether it is sealed.</param>
/// <param name="Rows">Published rows.</param>
/// <param name="UpdatedAt">When the entry was last written.</param>
/// <param name="IsPublished">Whether anything is published, by this run or an earlier one.</param>
/// <param name="IsOlderCode">Whether what is published was made by one of the codes that were asked for.</param>
public readonly record struct GridCell(string Partition, PartitionState State, long Epoch, bool IsStale, bool IsFinal, long Rows, DateTimeOffset UpdatedAt, bool IsPublished, bool IsOlderCode);
