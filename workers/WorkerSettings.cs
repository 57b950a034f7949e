using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Workers;

/// <summary>What a worker needs to know of the place it runs in.</summary>
public sealed record WorkerSettings
{
    /// <summary>Task queue of workflows and activities.</summary>
    public required string TaskQueue { get; init; }

    /// <summary>Folder that holds one folder per pipeline.</summary>
    public required string PipelinesFolder { get; init; }

    /// <summary>Environment in which pipelines are read: the keys of <c>pipeline.NAME.yaml</c> are laid over those of <c>pipeline.yaml</c>. Default: null, none.</summary>
    public string? Environment { get; init; }

    /// <summary>Folder of the lake, or its bucket as <c>LakeLocation</c> writes it.</summary>
    public required string Lake { get; init; }

    /// <summary>The catalog that is kept to what the lake says. Default: null, none.</summary>
    public CatalogSettings? Catalog { get; init; }

    /// <summary>Activities run at once; each may use the pipeline's memory limit. Default: 4.</summary>
    public int MaxConcurrentActivities { get; init; } = 4;

    /// <summary>
    /// Most bytes of memory that the process may hold (Linux only): a statement that needs more fails, and the worker lives on. Engines count their buffers only, so this is to be
    /// more than the memory of all pipelines that run at once. Default: null, what the system allows.
    /// </summary>
    public long? MemoryBytes { get; init; }

    /// <summary>What work costs here, for <c>limits.cost</c>. Default: <see cref="PriceList.Default"/>.</summary>
    public PriceList Prices { get; init; } = PriceList.Default;

    /// <summary>How long a load of several files works before it keeps what it has, so that another try goes on from there. Default: null, 20 seconds.</summary>
    public TimeSpan? CheckpointEvery { get; init; }

    /// <summary>
    /// Whether workflow code is watched for calls that leave its scheduler. The runtime tells of them by events that every await of the process pays for, so tests watch and other
    /// workers do not. Default: false.
    /// </summary>
    public bool TraceWorkflowCalls { get; init; }
}
