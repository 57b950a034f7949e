using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog;

/// <summary>What planning compares for one partition.</summary>
/// <param name="Partition">Name of the partition.</param>
/// <param name="State">How its last run stands.</param>
/// <param name="Input">Fingerprint of the inputs of what is published; null when nothing is.</param>
/// <param name="Code">Fingerprint of model and settings.</param>
/// <param name="Contract">Fingerprint of the contract.</param>
/// <param name="Engine">Engine that made it.</param>
/// <param name="TableVersion">Version of the table that published it.</param>
/// <param name="IsStale">Whether something upstream is newer.</param>
/// <param name="IsFinal">Whether it is sealed.</param>
public readonly record struct PublishedFingerprints(string Partition, PartitionState State, string? Input, string? Code, string? Contract, string? Engine, long? TableVersion, bool IsStale, bool IsFinal);
