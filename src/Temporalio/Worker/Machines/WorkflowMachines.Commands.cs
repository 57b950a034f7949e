#pragma warning disable CS0612 // The namespace fields are deprecated in the API but every SDK sends them, and servers read them.
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Worker.Activations;
using Temporalio.Workflows;

namespace Temporalio.Worker.Machines;

/// <content>Commands in: what the code asked for becomes a queue in sending order.</content>
internal sealed partial class WorkflowMachines
{
    private readonly Dictionary<uint, CommandMachine.Timer> _timers = [];
    private readonly Dictionary<uint, CommandMachine.Activity> _activities = [];
    private readonly Dictionary<uint, CommandMachine.Child> _children = [];
    private readonly Dictionary<uint, CommandMachine.SignalExternal> _signals = [];
    private readonly List<WorkflowCommand.QueryAnswer> _answers = [];
    private PendingCommand? _terminal;

    /// <summary>Takes the commands of the activation that ran last, in the order the code asked.</summary>
    public void Apply(IReadOnlyList<WorkflowCommand> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            if (commands[i] is WorkflowCommand.Terminal terminal)
            {
                ApplyTerminal(terminal);
                if (!_flags.HasCore(SdkFlags.MoveTerminalCommands))
                {
                    break;
                }
            }
            else
            {
                Apply(commands[i]);
            }
        }

        ResolveFromMarkers();
    }

    private void Apply(WorkflowCommand command)
    {
        switch (command)
        {
            case WorkflowCommand.StartTimer start:
                StartTimer(start);
                break;
            case WorkflowCommand.CancelTimer cancel:
                CancelTimer(cancel.Seq);
                break;
            case WorkflowCommand.ScheduleActivity schedule:
                var activity = new CommandMachine.Activity(
                    schedule.Seq, schedule.Attributes.ActivityId, schedule.Attributes.ActivityType.Name, schedule.CancellationType);
                _activities.Add(schedule.Seq, activity);
                Enqueue(activity, new() { CommandType = CommandType.ScheduleActivityTask, ScheduleActivityTaskCommandAttributes = schedule.Attributes, UserMetadata = schedule.Metadata });
                break;
            case WorkflowCommand.CancelActivity { Local: false } cancel:
                CancelActivity(cancel.Seq);
                break;
            case WorkflowCommand.ScheduleLocalActivity or WorkflowCommand.CancelActivity:
                ApplyLocal(command);
                break;
            case WorkflowCommand.StartChild start:
                StartChild(start);
                break;
            case WorkflowCommand.CancelChild cancel:
                CancelChild(cancel.Seq);
                break;
            case WorkflowCommand.SignalExternal signal:
                var execution = signal.Attributes.Execution;
                var signalMachine = new CommandMachine.SignalExternal(signal.Seq, execution.WorkflowId, signal.Attributes.SignalName);
                _signals.Add(signal.Seq, signalMachine);
                Enqueue(signalMachine, new() { CommandType = CommandType.SignalExternalWorkflowExecution, SignalExternalWorkflowExecutionCommandAttributes = signal.Attributes });
                break;
            case WorkflowCommand.CancelSignalExternal cancel:
                CancelSignal(cancel.Seq);
                break;
            case WorkflowCommand.CancelExternal cancel:
                Enqueue(
                    new CommandMachine.CancelExternal(cancel.Seq, cancel.Attributes.WorkflowId),
                    new() { CommandType = CommandType.RequestCancelExternalWorkflowExecution, RequestCancelExternalWorkflowExecutionCommandAttributes = cancel.Attributes });
                break;
            case WorkflowCommand.SetPatchMarker patch:
                SetPatch(patch);
                break;
            case WorkflowCommand.UpsertSearchAttributes upsert:
                Enqueue(
                    new() { CommandType = CommandType.UpsertWorkflowSearchAttributes, UpsertWorkflowSearchAttributesCommandAttributes = new() { SearchAttributes = upsert.Attributes } },
                    "a search attribute upsert");
                break;
            case WorkflowCommand.ModifyMemo modify:
                Enqueue(
                    new() { CommandType = CommandType.ModifyWorkflowProperties, ModifyWorkflowPropertiesCommandAttributes = new() { UpsertedMemo = modify.Memo } },
                    "a memo upsert");
                break;
            case WorkflowCommand.QueryAnswer answer:
                _answers.Add(answer);
                break;
            default:
                ApplyUpdateCommand(command);
                break;
        }
    }

    private void ApplyTerminal(WorkflowCommand.Terminal terminal)
    {
        if (_terminal is not null)
        {
            return;
        }

        Command command = terminal switch
        {
            WorkflowCommand.CompleteWorkflow complete => new()
            {
                CommandType = CommandType.CompleteWorkflowExecution,
                CompleteWorkflowExecutionCommandAttributes = new() { Result = complete.Result is null ? null : new() { Payloads_ = { complete.Result } } },
            },
            WorkflowCommand.FailWorkflow fail => new() { CommandType = CommandType.FailWorkflowExecution, FailWorkflowExecutionCommandAttributes = new() { Failure = fail.Failure } },
            WorkflowCommand.ContinueAsNew next => new() { CommandType = CommandType.ContinueAsNewWorkflowExecution, ContinueAsNewWorkflowExecutionCommandAttributes = next.Attributes },
            _ => new() { CommandType = CommandType.CancelWorkflowExecution, CancelWorkflowExecutionCommandAttributes = new() },
        };
        Enqueue(command, $"{command.CommandType}");
        _terminal = _queue[^1];
    }

    private void Enqueue(CommandMachine machine, Command command)
    {
        machine.Command = new(command, machine, $"{command.CommandType} ({machine.Describe()})");
        Enqueue(machine.Command);
    }

    private void Enqueue(Command command, string description) => Enqueue(new(command, null, description));

    private void Enqueue(PendingCommand pending)
    {
        // A closing command stays the last one, whatever is asked for after it.
        _queue.Insert(_terminal is null ? _queue.Count : _queue.Count - 1, pending);
    }

    /// <summary>Takes a command back that nobody has seen yet; false when it was sent.</summary>
    private bool TryVanish(CommandMachine machine)
    {
        if (machine.Command is not { Sent: false } pending)
        {
            return false;
        }

        _queue.RemoveAt(_queue.IndexOf(pending, _queueHead));
        if (_queueHead == _queue.Count)
        {
            _queue.Clear();
            _queueHead = 0;
        }

        machine.Command = null;
        machine.Done = true;
        return true;
    }

    private void StartTimer(WorkflowCommand.StartTimer start)
    {
        var timer = new CommandMachine.Timer(start.Seq, start.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture), start.Metadata);
        _timers.Add(start.Seq, timer);
        Enqueue(timer, new()
        {
            CommandType = CommandType.StartTimer,
            StartTimerCommandAttributes = new() { TimerId = timer.TimerId, StartToFireTimeout = Duration.FromTimeSpan(start.Delay) },
            UserMetadata = start.Metadata,
        });
    }

    private void CancelTimer(uint seq)
    {
        if (!_timers.Remove(seq, out var timer) || timer.Done || TryVanish(timer))
        {
            return;
        }

        timer.Done = true;
        Enqueue(new(
            new() { CommandType = CommandType.CancelTimer, CancelTimerCommandAttributes = new() { TimerId = timer.TimerId }, UserMetadata = timer.Metadata },
            timer,
            $"CancelTimer ({timer.Describe()})"));
    }

    private void CancelActivity(uint seq)
    {
        if (!_activities.TryGetValue(seq, out var activity) || activity.Done || activity.CancelRequested)
        {
            return;
        }

        activity.CancelRequested = true;
        var vanished = TryVanish(activity);
        if (!vanished && activity.CancellationType != ActivityCancellationType.Abandon)
        {
            Enqueue(new(
                new()
                {
                    CommandType = CommandType.RequestCancelActivityTask,
                    RequestCancelActivityTaskCommandAttributes = new() { ScheduledEventId = activity.ScheduledEventId },
                },
                activity,
                $"RequestCancelActivityTask ({activity.Describe()})"));
        }

        if (vanished || activity.CancellationType != ActivityCancellationType.WaitCancellationCompleted)
        {
            Resolve(activity, new ActivationJob.ResolveActivity(seq, ActivationJob.Ending.Canceled, false)
            {
                Failure = ActivityFailure(
                    activity, activity.ScheduledEventId, 0, string.Empty, RetryState.CancelRequested,
                    new() { Message = "Activity canceled", CanceledFailureInfo = new() }, "Activity cancelled"),
            });
        }
    }

    private void StartChild(WorkflowCommand.StartChild start)
    {
        var child = new CommandMachine.Child(
            start.Seq, start.Attributes.WorkflowId, start.Attributes.WorkflowType.Name, ns, start.CancellationType);
        _children.Add(start.Seq, child);
        Enqueue(child, new()
        {
            CommandType = CommandType.StartChildWorkflowExecution,
            StartChildWorkflowExecutionCommandAttributes = start.Attributes,
            UserMetadata = start.Metadata,
        });
    }

    private void CancelChild(uint seq)
    {
        if (!_children.TryGetValue(seq, out var child) || child.Done || child.CancelRequested)
        {
            return;
        }

        child.CancelRequested = true;
        var canceled = ChildFailure(child, RetryState.NonRetryableFailure, CanceledFailure(null));
        if (TryVanish(child))
        {
            _jobs.Add(new ActivationJob.ResolveChildStart(seq) { CanceledFailure = canceled });
            return;
        }

        if (child.CancellationType != ChildWorkflowCancellationType.Abandon)
        {
            Enqueue(new CommandMachine.CancelOfChild(child), new()
            {
                CommandType = CommandType.RequestCancelExternalWorkflowExecution,
                RequestCancelExternalWorkflowExecutionCommandAttributes = new()
                {
                    Namespace = child.Namespace,
                    WorkflowId = child.WorkflowId,
                    RunId = child.RunId ?? string.Empty,
                    ChildWorkflowOnly = true,
                },
            });
        }

        if (child.CancellationType is ChildWorkflowCancellationType.Abandon or ChildWorkflowCancellationType.TryCancel)
        {
            Resolve(child, child.RunId is null
                ? new ActivationJob.ResolveChildStart(seq) { CanceledFailure = canceled }
                : new ActivationJob.ResolveChild(seq, ActivationJob.Ending.Canceled) { Failure = canceled });
        }
    }

    private void CancelSignal(uint seq)
    {
        if (_signals.TryGetValue(seq, out var signal) && TryVanish(signal))
        {
            _signals.Remove(seq);
            _jobs.Add(new ActivationJob.ResolveSignalExternal(
                seq, new() { Message = "Signal was cancelled before being sent", CanceledFailureInfo = new() }));
        }
    }
}
