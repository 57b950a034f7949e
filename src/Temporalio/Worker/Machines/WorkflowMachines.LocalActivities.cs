using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Worker.Activations;
using Temporalio.Workflows;

namespace Temporalio.Worker.Machines;

/// <content>Local activities: run beside the task the first time, read from their markers on replay.</content>
internal sealed partial class WorkflowMachines
{
    private const string LocalActivityMarker = "core_local_activity";

    private readonly SortedDictionary<uint, LocalActivityMachine> _local = [];
    private readonly List<LocalActivityResult> _localResults = [];

    /// <summary>Whether local activities are running or waiting to.</summary>
    public bool HasLocalActivities => _local.Count > 0;

    /// <summary>Local activities to run now: none while history may still hold their results.</summary>
    public IReadOnlyList<LocalActivityMachine> TakeLocalActivitiesToStart()
    {
        if (_local.Count == 0)
        {
            return [];
        }

        var ready = _local.Values.Where(l => !l.Started).ToList();
        ready.ForEach(l => l.Started = true);
        return ready;
    }

    /// <summary>Local activities whose cancellation was asked for since the last call.</summary>
    public IReadOnlyList<uint> LocalActivitiesToCancel { get; private set; } = [];

    /// <summary>Gives the requests of cancellation out once.</summary>
    public IReadOnlyList<uint> TakeLocalActivitiesToCancel()
    {
        var taken = LocalActivitiesToCancel;
        LocalActivitiesToCancel = [];
        return taken;
    }

    /// <summary>A local activity ended in this process. False when the workflow does not wait for it any more.</summary>
    /// <param name="end">How it ended; its time is corrected to workflow time.</param>
    /// <param name="sinceTaskStart">Time since the task began.</param>
    public bool EndLocalActivity(LocalActivityResult end, TimeSpan sinceTaskStart)
    {
        if (!_local.TryGetValue(end.Seq, out var machine) || machine.Resolved)
        {
            return false;
        }

        ResolveLocal(machine, end with { CompleteTime = _taskStartTime + sinceTaskStart, ActivationIndex = ActivationsOfTask });
        return true;
    }

    private void ApplyLocal(WorkflowCommand command)
    {
        switch (command)
        {
            case WorkflowCommand.ScheduleLocalActivity schedule:
                _local.Add(schedule.Seq, new(schedule));
                break;
            case WorkflowCommand.CancelActivity cancel when _local.TryGetValue(cancel.Seq, out var machine) && !machine.CancelRequested:
                CancelLocal(machine);
                break;
        }
    }

    private void CancelLocal(LocalActivityMachine machine)
    {
        machine.CancelRequested = true;
        if (IsReplaying)
        {
            // One that is not waited for ended at this command the first time, before the commands that follow.
            if (machine.Request.Options.CancellationType != ActivityCancellationType.WaitCancellationCompleted
                && _localResults.FindIndex(r => r.Seq == machine.Request.Seq && r.Failure?.CanceledFailureInfo is not null) is >= 0 and var index)
            {
                var result = _localResults[index];
                _localResults.RemoveAt(index);
                ResolveLocal(machine, result);
            }

            return;
        }

        var request = machine.Request;
        if (machine.Started && request.Options.CancellationType != ActivityCancellationType.Abandon)
        {
            LocalActivitiesToCancel = [.. LocalActivitiesToCancel, request.Seq];
        }

        if (!machine.Started || request.Options.CancellationType != ActivityCancellationType.WaitCancellationCompleted)
        {
            machine.Started = true;
            ResolveLocal(machine, new()
            {
                Seq = request.Seq,
                Attempt = request.Attempt,
                ActivityId = request.ActivityId,
                ActivityType = request.ActivityType,
                CompleteTime = _time,
                OriginalScheduleTime = request.OriginalScheduleTime ?? _time,
                ActivationIndex = ActivationsOfTask,
                Failure = new() { Message = "Activity cancelled", CanceledFailureInfo = new() },
            });
        }
    }

    /// <summary>Gives the code the results that history holds: those of one activation at a time, as it was the first time.</summary>
    private void ResolveFromMarkers()
    {
        if (_localResults.Count == 0 || _jobs.Exists(j => j.Rank == JobRank.LocalActivity))
        {
            return;
        }

        // The activations that came before it the first time come before it now, unless there are none left.
        var group = _localResults[0].ActivationIndex;
        if (group > ActivationsOfTask && _jobs.Count > 0)
        {
            return;
        }

        do
        {
            if (!_local.TryGetValue(_localResults[0].Seq, out var machine))
            {
                return;
            }

            var result = _localResults[0];
            _localResults.RemoveAt(0);
            ResolveLocal(machine, result);
        }
        while (_localResults.Count > 0 && group is not null && _localResults[0].ActivationIndex == group);
    }

    private void ResolveLocal(LocalActivityMachine machine, LocalActivityResult result)
    {
        machine.Resolved = true;
        _local.Remove(result.Seq);
        _time = result.CompleteTime > _time ? result.CompleteTime : _time;
        var marker = new Api.Command.V1.RecordMarkerCommandAttributes { MarkerName = LocalActivityMarker, Failure = result.Failure };
        if (!IsReplaying)
        {
            marker.Details[LocalActivityResult.DataDetails] = new() { Payloads_ = { JsonPayload(result.WriteData()) } };
            if (result.Result is { } payload)
            {
                marker.Details[LocalActivityResult.ResultDetails] = new() { Payloads_ = { payload } };
            }
        }

        Enqueue(new PendingCommand(
            new() { CommandType = CommandType.RecordMarker, RecordMarkerCommandAttributes = marker, UserMetadata = machine.Request.Metadata },
            null,
            $"marker of local activity '{machine.Request.ActivityType}' with id '{machine.Request.ActivityId}'") { LocalActivity = machine });
        _jobs.Add(result.ToJob());
    }

    private void CheckLocalMarker(HistoryEvent e, LocalActivityMachine local)
    {
        var result = LocalActivityResult.Read(e);
        if (result.Seq != local.Request.Seq)
        {
            throw Nondeterminism.Mismatch(e, "local activity number", $"{result.Seq}", $"{local.Request.Seq}");
        }

        if (ChecksIds)
        {
            Same(e, "local activity type", result.ActivityType, local.Request.ActivityType);
            Same(e, "local activity id", result.ActivityId, local.Request.ActivityId);
        }
    }
}
