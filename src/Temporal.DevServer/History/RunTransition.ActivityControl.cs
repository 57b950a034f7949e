using Temporal.DevServer.Frontend;
using Temporalio.Api.Activity.V1;

namespace Temporal.DevServer.History;

/// <content>What operators do to activities: pause, go on, begin anew, change options. None of it is an event.</content>
internal sealed partial class RunTransition
{
    /// <summary>No new attempts from now on; a running one may end.</summary>
    public void PauseActivities(ActivitySelector which, ActivityPause pause)
    {
        foreach (var activity in Select(which))
        {
            if (activity.Pause is { } before)
            {
                if (before.RequestId != pause.RequestId)
                {
                    throw ServiceErrors.FailedPrecondition("activity is already paused");
                }

                continue;
            }

            SetActivity(activity with { Pause = pause, Stamp = activity.IsStarted ? activity.Stamp : activity.Stamp + 1 });
        }

        TouchVisibility();
    }

    /// <summary>Paused activities go on: those that wait are ready at once, or after a random part of the jitter.</summary>
    public void UnpauseActivities(ActivitySelector which, bool resetAttempts, bool resetHeartbeat, TimeSpan jitter)
    {
        foreach (var activity in Select(which).Where(a => a.Pause is not null))
        {
            var going = activity with
            {
                Pause = null,
                Stamp = activity.Stamp + 1,
                Attempt = resetAttempts ? 1 : activity.Attempt,
            };
            going = resetHeartbeat ? WithoutHeartbeat(going) : going;
            SetActivity(going);
            if (!going.IsStarted)
            {
                MakeReady(going, Jittered(jitter));
            }
        }

        TouchVisibility();
    }

    /// <summary>The next attempt is the first again. A worker that has the activity learns it from its next heartbeat.</summary>
    public void ResetActivities(ActivitySelector which, bool resetHeartbeat, bool keepPaused, bool restoreOptions, TimeSpan jitter)
    {
        foreach (var activity in Select(which))
        {
            var reset = activity with
            {
                Attempt = 1,
                ResetRequested = true,
                ResetHeartbeats = activity.ResetHeartbeats || resetHeartbeat,
                Options = restoreOptions ? activity.Scheduled : activity.Options,
            };
            if (activity.IsStarted || (activity.Pause is not null && keepPaused))
            {
                SetActivity(reset);
                continue;
            }

            reset = reset with { Pause = null, Stamp = reset.Stamp + 1 };
            MakeReady(resetHeartbeat ? WithoutHeartbeat(reset) : reset, Jittered(jitter));
        }

        TouchVisibility();
    }

    /// <summary>Changes the named options, or takes all back to what the workflow asked for; returns what is in force for the last activity.</summary>
    public ActivityOptions ChangeActivityOptions(ActivitySelector which, ActivityOptions? given, IReadOnlyCollection<string> fields, bool restore)
    {
        ActivityOptions? inForce = null;
        foreach (var activity in Select(which))
        {
            var options = restore ? activity.Scheduled : ActivityOptionsChange.Apply(activity, given!, fields, State);
            var changed = activity with { Options = options, Stamp = activity.Stamp + 1 };
            SetActivity(changed);
            if (!changed.IsStarted)
            {
                MakeReady(changed, NextTime(changed));
            }

            inForce = ActivityOptionsChange.Shown(options);
        }

        return inForce!;
    }

    private List<PendingActivity> Select(ActivitySelector which) =>
        State.Activities.Values.Where(which.Matches).ToList() is { Count: > 0 } found
            ? found
            : throw ServiceErrors.NotFound("Can't find pending activity with such ID. Invalid activityID or activity already completed");

    /// <summary>The attempt begins to wait for a worker at the time, whatever it waited for before.</summary>
    private void MakeReady(PendingActivity activity, DateTime time)
    {
        var waits = time > Now;
        var ready = activity with
        {
            AttemptScheduledTime = waits ? activity.AttemptScheduledTime : time,
            NextAttemptTime = waits ? time : null,
            LastFailure = null,
            ResetRequested = false,
            ResetHeartbeats = false,
        };
        SetActivity(activity.ResetHeartbeats ? WithoutHeartbeat(ready) : ready);
        if (!waits && ready.Pause is null)
        {
            DispatchActivity(ready);
        }
    }

    /// <summary>When the attempt is due under the policy in force: the first at once, a later one after its wait.</summary>
    private static DateTime NextTime(PendingActivity activity) =>
        activity.Attempt > 1 && activity.LastAttemptCompleteTime is { } ended
            ? Durations.After(ended, RetryPolicies.Interval(activity.Options.RetryPolicy, activity.Attempt))
            : activity.AttemptScheduledTime;

    private DateTime Jittered(TimeSpan jitter) => jitter > TimeSpan.Zero ? Durations.After(Now, jitter * Random.Shared.NextDouble()) : Now;

    private static PendingActivity WithoutHeartbeat(PendingActivity activity) => activity with { HeartbeatDetails = null, LastHeartbeatTime = null };
}
