using Lakehouse.Contracts;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Pipelines.Inputs;

/// <summary>A dataset of another pipeline that models of this one read, as declared under <c>inputs</c>.</summary>
public sealed record PipelineInput
{
    /// <summary>Name by which models read it, <c>layer.table</c>; no dataset of this pipeline has the same.</summary>
    public required string Name { get; init; }

    /// <summary>The pipeline that makes it.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Its name there.</summary>
    public required string Dataset { get; init; }

    /// <summary>The partitioning of the pipeline that makes it.</summary>
    public required Partitioning Partitioning { get; init; }

    /// <summary>The contract's table: the columns that models see.</summary>
    public required ContractTable Schema { get; init; }

    /// <summary>Which of its partitions a run reads. Default: aligned.</summary>
    public PartitionSelection Partitions { get; init; }

    /// <summary>How many earlier partitions of the input, in its own unit, are read besides the aligned ones. Default: 0.</summary>
    public int Lookback { get; init; }

    /// <summary>What a run does while a partition that it reads is held. Default: null, what the pipeline that makes it says.</summary>
    public HeldInput? WhenHeld { get; init; }

    /// <summary>What the pipeline that makes it says about its readers. Default: they wait.</summary>
    public HeldInput Consumers { get; init; }

    /// <summary>What a run does while a partition that it reads is held.</summary>
    public HeldInput Held => WhenHeld ?? Consumers;

    /// <summary>Whether its partitions say which ones the pipeline that reads it has: it is read partition by partition.</summary>
    /// <param name="reader">Unit of the pipeline that reads it.</param>
    public bool TellsPartitionsOf(PartitionUnit reader) => Partitions == PartitionSelection.Aligned && Partitioning.Unit != PartitionUnit.Static && reader != PartitionUnit.Static;

    /// <summary>The arithmetic between this input's partitions and those of the pipeline that reads it.</summary>
    /// <param name="reader">Partitioning of the pipeline that reads it.</param>
    public PartitionMapping MappingTo(Partitioning reader) => new(Partitioning, reader, Lookback);
}
