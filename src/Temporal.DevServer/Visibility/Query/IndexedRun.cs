using System.Collections.Frozen;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// One run as list and count see it. Immutable: a change is a new row with the same <see cref="RunId"/>. Times are UTC and are cut to
/// microseconds, as the real server's are.
/// </summary>
internal sealed class IndexedRun
{
    /// <summary>No search attributes.</summary>
    public static FrozenDictionary<string, object> NoAttributes { get; } = FrozenDictionary<string, object>.Empty;

    /// <summary>The workflow's id.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>The run's id: the row's key in an index.</summary>
    public required string RunId { get; init; }

    /// <summary>Name of the workflow's type.</summary>
    public required string WorkflowType { get; init; }

    /// <summary>Name of the workflow's task queue.</summary>
    public required string TaskQueue { get; init; }

    /// <summary>The state; a running or paused run has no close time.</summary>
    public required WorkflowExecutionStatus Status { get; init; }

    /// <summary>When the run was started.</summary>
    public required DateTime StartTime
    {
        get => Time(StartMicros);
        init => StartMicros = Micros(value);
    }

    /// <summary>When the first workflow task is due: the start, or the end of the start delay or cron wait.</summary>
    public required DateTime ExecutionTime
    {
        get => Time(ExecutionMicros);
        init => ExecutionMicros = Micros(value);
    }

    /// <summary>When the run closed. Default: null, it is open.</summary>
    public DateTime? CloseTime
    {
        get => IsOpen ? null : Time(CloseMicros);
        init => CloseMicros = value is null ? long.MaxValue : Micros(value.Value);
    }

    /// <summary>Close time less execution time in nanoseconds, negative for a run closed before it was due. Default: null, it is open.</summary>
    public long? ExecutionDurationNanos { get; init; }

    /// <summary>Events in the history. Default: null, it is open.</summary>
    public long? HistoryLength { get; init; }

    /// <summary>Size of the history in bytes. Default: null, it is open.</summary>
    public long? HistorySizeBytes { get; init; }

    /// <summary>State transitions made. Default: null, it is open.</summary>
    public long? StateTransitionCount { get; init; }

    /// <summary>Id of the parent workflow. Default: null, it is no child.</summary>
    public string? ParentWorkflowId { get; init; }

    /// <summary>Run id of the parent workflow. Default: null, it is no child.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Id of the workflow at the top of the tree: its own for one without a parent.</summary>
    public required string RootWorkflowId { get; init; }

    /// <summary>Run id of the workflow at the top of the tree.</summary>
    public required string RootRunId { get; init; }

    /// <summary>
    /// Predefined and custom search attributes by name, nulls left out. Types: Keyword <see cref="string"/>, KeywordList <c>string[]</c>,
    /// Text <see cref="SearchText"/>, Int <see cref="long"/>, Double <see cref="double"/>, Bool <see cref="bool"/>, Datetime <see cref="NanoTime"/>.
    /// </summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = NoAttributes;

    /// <summary>Whatever the owner of the index needs to find the rest of the run again. Default: null.</summary>
    public object? Tag { get; init; }

    /// <summary>The run has no close time.</summary>
    public bool IsOpen => CloseMicros == long.MaxValue;

    /// <summary>It belongs to the server's own machinery, which queries see only when they name the division.</summary>
    public bool IsInternal => Attributes.Count > 0 && Attributes.ContainsKey(SearchAttributeRegistry.NamespaceDivision);

    internal long StartMicros { get; private init; }

    internal long ExecutionMicros { get; private init; }

    /// <summary>Greatest for an open run, so that open runs sort first.</summary>
    internal long CloseMicros { get; private init; } = long.MaxValue;

    private static long Micros(DateTime time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private static DateTime Time(long micros) => new(micros * TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);
}
