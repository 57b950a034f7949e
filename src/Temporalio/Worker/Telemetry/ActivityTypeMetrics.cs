using Temporalio.Common;
using Temporalio.Runtime.Metrics;

namespace Temporalio.Worker.Telemetry;

/// <summary>Metrics of the activities of one type, local ones apart.</summary>
internal sealed class ActivityTypeMetrics
{
    private const string Failure = "ActivityError";
    private readonly MetricCounter<long> _received;
    private readonly MetricCounter<long> _receivedEagerly;
    private readonly MetricCounter<long> _failed;
    private readonly MetricHistogram<TimeSpan> _execution;
    private readonly MetricHistogram<TimeSpan> _succeeded;
    private readonly MetricCounter<long> _localTotal;
    private readonly MetricCounter<long> _localFailed;
    private readonly MetricCounter<long> _localCanceled;
    private readonly MetricHistogram<TimeSpan> _localExecution;
    private readonly MetricHistogram<TimeSpan> _localSucceeded;

    /// <summary>Adds the type's tags.</summary>
    public ActivityTypeMetrics(SdkMetrics metrics, IReadOnlyCollection<KeyValuePair<string, object>> tags)
    {
        KeyValuePair<string, object>[] failure = [.. tags, new("failure_reason", Failure)];
        _received = metrics.ActivityReceived.WithTags([.. tags, new("eager", false)]);
        _receivedEagerly = metrics.ActivityReceived.WithTags([.. tags, new("eager", true)]);
        _failed = metrics.ActivityFailed.WithTags(failure);
        _execution = metrics.ActivityExecution.WithTags(tags);
        _succeeded = metrics.ActivitySucceedEndToEnd.WithTags(tags);
        _localTotal = metrics.LocalActivityTotal.WithTags(tags);
        _localFailed = metrics.LocalActivityFailed.WithTags(failure);
        _localCanceled = metrics.LocalActivityCanceled.WithTags(tags);
        _localExecution = metrics.LocalActivityExecution.WithTags(tags);
        _localSucceeded = metrics.LocalActivitySucceedEndToEnd.WithTags(tags);
    }

    /// <summary>A task came.</summary>
    public void Received(bool eager) => (eager ? _receivedEagerly : _received).Add(1);

    /// <summary>An attempt has ended.</summary>
    public void Executed(TimeSpan time) => _execution.Record(time);

    /// <summary>An attempt succeeded, so long after the activity was scheduled.</summary>
    public void Succeeded(TimeSpan sinceScheduled) => _succeeded.Record(Positive(sinceScheduled));

    /// <summary>An attempt failed.</summary>
    public void Failed() => _failed.Add(1);

    /// <summary>An attempt of a local activity begins.</summary>
    public void LocalStarted() => _localTotal.Add(1);

    /// <summary>An attempt of a local activity has ended.</summary>
    public void LocalEnded(LocalActivityOutcome outcome, TimeSpan time, TimeSpan sinceScheduled)
    {
        _localExecution.Record(time);
        if (outcome.Canceled)
        {
            _localCanceled.Add(1);
        }
        else if (outcome.Failure is not null)
        {
            _localFailed.Add(1);
        }
        else
        {
            _localSucceeded.Record(Positive(sinceScheduled));
        }
    }

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;
}
