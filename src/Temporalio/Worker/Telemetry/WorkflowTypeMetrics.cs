using Google.Protobuf.Collections;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Common;
using Temporalio.Runtime.Metrics;

namespace Temporalio.Worker.Telemetry;

/// <summary>Metrics of the runs of one workflow type.</summary>
internal sealed class WorkflowTypeMetrics
{
    private readonly MetricCounter<long> _completed;
    private readonly MetricCounter<long> _failed;
    private readonly MetricCounter<long> _canceled;
    private readonly MetricCounter<long> _continued;
    private readonly MetricHistogram<TimeSpan> _endToEnd;
    private readonly MetricCounter<long> _taskFailed;
    private readonly MetricHistogram<TimeSpan> _execution;
    private readonly MetricHistogram<TimeSpan> _replay;
    private readonly MetricCounter<long> _cacheHit;

    /// <summary>Adds the type's tags.</summary>
    public WorkflowTypeMetrics(SdkMetrics metrics, IReadOnlyCollection<KeyValuePair<string, object>> tags)
    {
        _completed = metrics.WorkflowCompleted.WithTags(tags);
        _failed = metrics.WorkflowFailed.WithTags(tags);
        _canceled = metrics.WorkflowCanceled.WithTags(tags);
        _continued = metrics.WorkflowContinued.WithTags(tags);
        _endToEnd = metrics.WorkflowEndToEnd.WithTags(tags);
        _taskFailed = metrics.WorkflowTaskFailed.WithTags(tags);
        _execution = metrics.WorkflowTaskExecution.WithTags(tags);
        _replay = metrics.WorkflowTaskReplay.WithTags(tags);
        _cacheHit = metrics.StickyCacheHit.WithTags(tags);
    }

    /// <summary>A task found its run in the cache.</summary>
    public void CacheHit() => _cacheHit.Add(1);

    /// <summary>A task was worked off, the repetition of history included.</summary>
    public void TaskExecuted(TimeSpan time) => _execution.Record(time);

    /// <summary>A task repeated history first.</summary>
    public void Replayed(TimeSpan time) => _replay.Record(time);

    /// <summary>A task failed.</summary>
    public void TaskFailed(WorkflowTaskFailedCause cause) => _taskFailed.Add(1, [new("failure_reason", cause switch
    {
        WorkflowTaskFailedCause.NonDeterministicError => "NonDeterminismError",
        WorkflowTaskFailedCause.PayloadsTooLarge => "GrpcMessageTooLarge",
        _ => "WorkflowError",
    })]);

    /// <summary>The server took the commands of a task; the last one may have ended the run.</summary>
    public void Accepted(RepeatedField<Command> commands, DateTime started, DateTime now)
    {
        if (commands.Count == 0 || Ended(commands[^1].CommandType) is not { } counter)
        {
            return;
        }

        counter.Add(1);
        _endToEnd.Record(now > started ? now - started : TimeSpan.Zero);
    }

    private MetricCounter<long>? Ended(CommandType command) => command switch
    {
        CommandType.CompleteWorkflowExecution => _completed,
        CommandType.FailWorkflowExecution => _failed,
        CommandType.CancelWorkflowExecution => _canceled,
        CommandType.ContinueAsNewWorkflowExecution => _continued,
        _ => null,
    };
}
