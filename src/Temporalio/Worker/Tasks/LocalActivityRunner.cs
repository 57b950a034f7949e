using System.Threading.Channels;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Common;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Machines;

namespace Temporalio.Worker.Tasks;

/// <summary>Local activities of one run at work: attempts with their retries in memory, results waiting for the run's next turn.</summary>
internal sealed class LocalActivityRunner(WorkflowWorkerOptions options, WorkflowRun run)
{
    private static readonly TimeSpan DefaultThreshold = TimeSpan.FromMinutes(1);

    // Timers of the runtime reach some 49 days; a local activity of that length needs none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly Channel<LocalActivityResult> _ended = Channel.CreateUnbounded<LocalActivityResult>();
    private readonly Dictionary<uint, CancellationTokenSource> _running = [];
    private readonly Lock _lock = new();

    /// <summary>Starts one.</summary>
    public void Start(LocalActivityMachine machine)
    {
        var cancellation = new CancellationTokenSource();
        lock (_lock)
        {
            _running.Add(machine.Request.Seq, cancellation);
        }

        _ = Task.Run(() => RunAsync(machine, cancellation), CancellationToken.None);
    }

    /// <summary>Asks one to stop.</summary>
    public void Cancel(uint seq)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(seq, out var cancellation))
            {
                cancellation.Cancel();
            }
        }
    }

    /// <summary>Asks all to stop: the run is dropped or has ended.</summary>
    public void CancelAll()
    {
        lock (_lock)
        {
            foreach (var cancellation in _running.Values)
            {
                cancellation.Cancel();
            }
        }
    }

    /// <summary>The next result, or null when none came within the time.</summary>
    public async Task<LocalActivityResult?> NextAsync(TimeSpan limit)
    {
        if (_ended.Reader.TryRead(out var ready))
        {
            return ready;
        }

        using var deadline = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
        try
        {
            return await _ended.Reader.ReadAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task RunAsync(LocalActivityMachine machine, CancellationTokenSource cancellation)
    {
        LocalActivityResult result;
        try
        {
            result = await AttemptsAsync(machine.Request, cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            result = End(machine.Request, machine.Request.Attempt, DateTime.UtcNow) with
            {
                Failure = options.DataConverter.FailureConverter.ToFailure(e, options.DataConverter.PayloadConverter),
            };
        }

        lock (_lock)
        {
            _running.Remove(machine.Request.Seq);
        }

        cancellation.Dispose();
        _ended.Writer.TryWrite(result);
    }

    private async Task<LocalActivityResult> AttemptsAsync(WorkflowCommand.ScheduleLocalActivity request, CancellationToken cancellation)
    {
        var policy = request.Options.RetryPolicy ?? new RetryPolicy();
        var scheduled = request.OriginalScheduleTime ?? DateTime.UtcNow;
        DateTime? deadline = request.Options.ScheduleToCloseTimeout is { } whole ? scheduled + whole : null;
        for (var attempt = request.Attempt; ; attempt++)
        {
            var end = End(request, attempt, scheduled);
            var outcome = await AttemptAsync(request, attempt, scheduled, deadline, cancellation).ConfigureAwait(false);
            if (outcome.Canceled)
            {
                return end with { Failure = new() { Message = "Activity cancelled", CanceledFailureInfo = new() } };
            }

            if (outcome.Failure is not { } failure)
            {
                return end with { Result = outcome.Result };
            }

            end = end with { Failure = failure };
            if (!IsRetryable(failure, policy) || (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts))
            {
                return end;
            }

            var pause = failure.ApplicationFailureInfo?.NextRetryDelay?.ToTimeSpan() ?? Interval(policy, attempt);
            if (deadline is { } latest && DateTime.UtcNow + pause > latest)
            {
                return end;
            }

            if (pause > LongestTimer || pause > (request.Options.LocalRetryThreshold ?? DefaultThreshold))
            {
                return end with { Backoff = pause };
            }

            try
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return end with { Failure = new() { Message = "Activity cancelled", CanceledFailureInfo = new() } };
            }
        }
    }

    private async Task<LocalActivityOutcome> AttemptAsync(
        WorkflowCommand.ScheduleLocalActivity request, int attempt, DateTime scheduled, DateTime? deadline, CancellationToken cancellation)
    {
        var now = DateTime.UtcNow;
        var limit = request.Options.StartToCloseTimeout ?? Timeout.InfiniteTimeSpan;
        var kind = TimeoutType.StartToClose;
        if (deadline is { } latest && (limit == Timeout.InfiniteTimeSpan || latest - now < limit))
        {
            limit = latest > now ? latest - now : TimeSpan.Zero;
            kind = TimeoutType.ScheduleToClose;
        }

        if (limit > LongestTimer)
        {
            limit = Timeout.InfiniteTimeSpan;
        }

        using var attemptEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = options.LocalActivities!.ExecuteAsync(
            new(
                options.Namespace, run.WorkflowId, run.RunId, run.Machines.WorkflowType, options.TaskQueue, request.ActivityId, request.ActivityType,
                attempt, request.Input, request.Headers, scheduled, now, request.Options.ScheduleToCloseTimeout,
                request.Options.StartToCloseTimeout, request.Options.RetryPolicy?.ToProto()),
            attemptEnd.Token);
        using var timer = new CancellationTokenSource();
        if (await Task.WhenAny(work, Task.Delay(limit, timer.Token)).ConfigureAwait(false) == work)
        {
            await timer.CancelAsync().ConfigureAwait(false);
            return await work.ConfigureAwait(false);
        }

        await attemptEnd.CancelAsync().ConfigureAwait(false);
        return new(null, new() { Message = $"activity {kind} timeout", TimeoutFailureInfo = new() { TimeoutType = kind } }, false);
    }

    private static LocalActivityResult End(WorkflowCommand.ScheduleLocalActivity request, int attempt, DateTime scheduled) => new()
    {
        Seq = request.Seq,
        Attempt = attempt,
        ActivityId = request.ActivityId,
        ActivityType = request.ActivityType,
        CompleteTime = scheduled,
        OriginalScheduleTime = scheduled,
    };

    private static bool IsRetryable(Failure failure, RetryPolicy policy) => failure.FailureInfoCase switch
    {
        Failure.FailureInfoOneofCase.ApplicationFailureInfo => !failure.ApplicationFailureInfo.NonRetryable
            && policy.NonRetryableErrorTypes?.Contains(failure.ApplicationFailureInfo.Type) != true,
        Failure.FailureInfoOneofCase.TimeoutFailureInfo => failure.TimeoutFailureInfo.TimeoutType == TimeoutType.StartToClose,
        Failure.FailureInfoOneofCase.CanceledFailureInfo or Failure.FailureInfoOneofCase.TerminatedFailureInfo => false,
        _ => true,
    };

    private static TimeSpan Interval(RetryPolicy policy, int attempt)
    {
        var longest = policy.MaximumInterval ?? policy.InitialInterval * 100;
        var interval = policy.InitialInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return interval >= longest.TotalMilliseconds ? longest : TimeSpan.FromMilliseconds(interval);
    }
}
