using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>The columns behind attribute names.</summary>
internal static class Columns
{
    /// <summary>The run's state as its enum number.</summary>
    public static Column<long> Status { get; } = new FieldColumn<long>("ExecutionStatus", (run, out value) =>
    {
        value = (long)run.Status;
        return true;
    });

    /// <summary>Microseconds of the start.</summary>
    public static Column<long> StartTime { get; } = new FieldColumn<long>("StartTime", (run, out value) =>
    {
        value = run.StartMicros;
        return true;
    });

    /// <summary>Microseconds of the close.</summary>
    public static Column<long> CloseTime { get; } = new FieldColumn<long>("CloseTime", (run, out value) =>
    {
        value = run.CloseMicros;
        return !run.IsOpen;
    });

    private static readonly FieldColumn<long> ExecutionTime = new("ExecutionTime", (run, out value) =>
    {
        value = run.ExecutionMicros;
        return true;
    });

    /// <summary>A run's own time, or null when the name is of something else.</summary>
    public static Column<long>? Time(string name) => name switch
    {
        "StartTime" => StartTime,
        "ExecutionTime" => ExecutionTime,
        "CloseTime" => CloseTime,
        _ => null,
    };

    /// <summary>A Keyword attribute.</summary>
    public static Column<string> Keyword(string name) => name switch
    {
        "WorkflowId" or SearchAttributeRegistry.ScheduleId => Text("WorkflowId", run => run.WorkflowId),
        "RunId" => Text(name, run => run.RunId),
        "WorkflowType" => Text(name, run => run.WorkflowType),
        "TaskQueue" => Text(name, run => run.TaskQueue),
        "ParentWorkflowId" => Text(name, run => run.ParentWorkflowId),
        "ParentRunId" => Text(name, run => run.ParentRunId),
        "RootWorkflowId" => Text(name, run => run.RootWorkflowId),
        "RootRunId" => Text(name, run => run.RootRunId),
        _ => new AttributeColumn<string, string>(name, value => value),
    };

    /// <summary>An Int or Double attribute.</summary>
    public static Column<Number> Number(string name, IndexedValueType type) => name switch
    {
        "HistoryLength" => Count(name, run => run.HistoryLength),
        "HistorySizeBytes" => Count(name, run => run.HistorySizeBytes),
        "ExecutionDuration" => Count(name, run => run.ExecutionDurationNanos),
        "StateTransitionCount" => Count(name, run => run.StateTransitionCount),
        _ when type == IndexedValueType.Int => new AttributeColumn<long, Number>(name, value => value),
        _ => new AttributeColumn<double, Number>(name, value => value),
    };

    /// <summary>A Datetime attribute that is not a run's own time.</summary>
    public static Column<NanoTime> Datetime(string name) => new AttributeColumn<NanoTime, NanoTime>(name, value => value);

    /// <summary>A Bool attribute; false is less than true.</summary>
    public static Column<bool> Bool(string name) => new AttributeColumn<bool, bool>(name, value => value);

    private static FieldColumn<string> Text(string name, Func<IndexedRun, string?> read) => new(name, (run, out value) =>
    {
        value = read(run)!;
        return value is not null;
    });

    private static FieldColumn<Number> Count(string name, Func<IndexedRun, long?> read) => new(name, (run, out value) =>
    {
        var count = read(run);
        value = count.GetValueOrDefault();
        return count.HasValue;
    });
}
