using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Schedules;

/// <content>What schedules ask for, and the closes of what they started.</content>
internal sealed partial class ScheduleHost
{
    /// <summary>Chains of runs whose end a schedule waits for, by the run that began each.</summary>
    private readonly ConcurrentDictionary<(string NamespaceId, string FirstRunId), WatchedChain> _watched = new();

    private async Task CarryOutAsync(HostedSchedule schedule, ScheduleMachine machine, IReadOnlyList<ScheduleCommand> commands, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var command in commands)
        {
            try
            {
                await CarryOutAsync(schedule, machine, command).ConfigureAwait(false);
            }
            catch (Exception e) when (_stopping)
            {
                LogStoppedMeanwhile(e, schedule.ScheduleId); // a start that was not answered is asked for again by the next server
                return;
            }
            catch (Exception e)
            {
                LogFailed(e, schedule.ScheduleId);
            }
        }
    }

    private Task CarryOutAsync(HostedSchedule schedule, ScheduleMachine machine, ScheduleCommand command) => command switch
    {
        ScheduleCommand.Start start => StartAsync(schedule, machine, start.Id, start.Request),
        ScheduleCommand.Cancel cancel => TolerateAbsenceAsync(cancel.WorkflowId, () => _engine.RequestCancelAsync(
            schedule.NamespaceId, new WorkflowExecution { WorkflowId = cancel.WorkflowId }, cancel.FirstRunId, cancel.Reason, cancel.Identity)),
        ScheduleCommand.Terminate end => TolerateAbsenceAsync(end.WorkflowId, () => _engine.TerminateAsync(
            schedule.NamespaceId, new WorkflowExecution { WorkflowId = end.WorkflowId }, end.FirstRunId, end.Reason, details: null, end.Identity)),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a command of schedules."),
    };

    private async Task StartAsync(HostedSchedule schedule, ScheduleMachine machine, long id, StartWorkflowExecutionRequest request)
    {
        StartOutcome outcome;
        try
        {
            outcome = await _engine.StartAsync(_starts.ToOrder(request)).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code != GrpcStatusCode.Unavailable)
        {
            LogNotStarted(request.WorkflowId, schedule.ScheduleId, e.Message);
            await StepIfAliveAsync(schedule, machine, now => machine.StartFailed(id, now)).ConfigureAwait(false);
            return;
        }

        await StepIfAliveAsync(schedule, machine, now => machine.StartSucceeded(id, outcome.FirstRunId, now, now)).ConfigureAwait(false);
        Watch(schedule);
    }

    private async Task TolerateAbsenceAsync(string workflowId, Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == GrpcStatusCode.NotFound)
        {
            LogEndedBefore(workflowId, e.Message); // which is what was wanted
        }
    }

    /// <summary>Waits for the ends of all workflows that the schedule counts as running, those included that have ended already.</summary>
    private void Watch(HostedSchedule schedule)
    {
        List<WatchedChain> added = [];
        lock (schedule.Gate)
        {
            if (schedule.Machine is not { } machine)
            {
                return;
            }

            foreach (var running in machine.Record.Info.RunningWorkflows)
            {
                var chain = new WatchedChain(schedule, machine, running.WorkflowId, running.RunId);
                if (_watched.TryAdd((schedule.NamespaceId, running.RunId), chain))
                {
                    added.Add(chain);
                }
            }
        }

        foreach (var chain in added)
        {
            InBackground(schedule, () => LookAtAsync(chain));
        }
    }

    private void OnRunClosed(RunState run)
    {
        if (_watched.TryGetValue((run.NamespaceId, run.FirstRunId), out var chain))
        {
            InBackground(chain.Schedule, () => LookAtAsync(chain));
        }
    }

    /// <summary>An input is decided on with the state that workflows have now: news of a close may still be on its way.</summary>
    private async ValueTask LookAtRunningAsync(HostedSchedule schedule)
    {
        List<string> running;
        lock (schedule.Gate)
        {
            running = schedule.Machine is { Record.Info.RunningWorkflows.Count: > 0 } machine ? [.. machine.Record.Info.RunningWorkflows.Select(run => run.RunId)] : [];
        }

        foreach (var firstRunId in running)
        {
            if (_watched.TryGetValue((schedule.NamespaceId, firstRunId), out var chain))
            {
                await LookAtAsync(chain).ConfigureAwait(false);
            }
        }
    }

    private async Task LookAtAsync(WatchedChain chain)
    {
        var schedule = chain.Schedule;
        if (await _engine.FindChainEndAsync(schedule.NamespaceId, chain.WorkflowId, chain.FirstRunId).ConfigureAwait(false) is not { } end)
        {
            return;
        }

        _watched.TryRemove(new((schedule.NamespaceId, chain.FirstRunId), chain));
        await StepIfAliveAsync(
            schedule, chain.Machine, now => chain.Machine.WorkflowClosed(chain.WorkflowId, chain.FirstRunId, end.Status, end.Result, end.Failure, now)).ConfigureAwait(false);
    }

    [LoggerMessage(302, LogLevel.Warning, "Workflow '{WorkflowId}' of schedule '{ScheduleId}' was not started: {Reason}")]
    private partial void LogNotStarted(string workflowId, string scheduleId, string reason);

    [LoggerMessage(303, LogLevel.Debug, "Workflow '{WorkflowId}' had ended before its schedule ended it: {Reason}")]
    private partial void LogEndedBefore(string workflowId, string reason);

    private sealed record WatchedChain(HostedSchedule Schedule, ScheduleMachine Machine, string WorkflowId, string FirstRunId);
}
