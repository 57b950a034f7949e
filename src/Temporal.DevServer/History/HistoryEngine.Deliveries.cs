using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Timers;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.History;

/// <content>
/// Deliveries between runs. A message is stored with its sender's step and removed with its receiver's, so it takes effect exactly once
/// whatever happens in between.
/// </content>
internal sealed partial class HistoryEngine
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Sets the deliveries off in order; they become durable together.</summary>
    private void Deliver(IReadOnlyList<OutboxMessage> messages)
    {
        if (messages.Count > 0)
        {
            var hold = _time.Hold();
            _ = Task.Run(async () =>
            {
                using var held = hold;
                await Task.WhenAll(messages.Select(DeliverAsync)).ConfigureAwait(false);
            });
        }
    }

    /// <summary>Until it has worked: a delivery that is refused now is tried again, ever more slowly.</summary>
    private async Task DeliverAsync(OutboxMessage message)
    {
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await DispatchAsync(message).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (_stopping.IsCancellationRequested)
            {
                LogStoppedMeanwhile(e); // stored: delivered after the next start
                return;
            }
            catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.Unavailable)
            {
                LogDeliveryFailed(e, message.BodyCase, message.WorkflowId, message.RunId);
                return; // the store takes nothing more: delivered after the next start
            }
            catch (Exception e)
            {
                LogDeliveryFailed(e, message.BodyCase, message.WorkflowId, message.RunId);
            }

            await Task.Delay(pause, _time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Task DispatchAsync(OutboxMessage message) => message.BodyCase switch
    {
        OutboxMessage.BodyOneofCase.StartChild => StartChildAsync(message),
        OutboxMessage.BodyOneofCase.ChildStarted => ToRunAsync(message, (_, t) =>
        {
            // Whatever the parent makes of it (it may have ended, or have been reset to before the child): the child goes on.
            t.OnChildStarted(message.InitiatedEventId, message.ChildStarted.RunId);
            var recorded = Answer(message);
            recorded.RunId = message.ChildStarted.RunId;
            recorded.ParentRecordedStart = new ParentRecordedStart();
            t.Outbox.Add(recorded);
        }),
        OutboxMessage.BodyOneofCase.ChildStartFailed => ToRunAsync(message, (_, t) =>
            t.OnChildStartFailed(message.InitiatedEventId, message.ChildStartFailed.Cause)),
        OutboxMessage.BodyOneofCase.ParentRecordedStart => ToRunAsync(message, (run, t) =>
        {
            if (run.State.IsRunning)
            {
                t.ParentRecordedStart();
            }
        }),
        OutboxMessage.BodyOneofCase.ChildClosed => ToRunAsync(message, (_, t) =>
            t.OnChildClosed(message.InitiatedEventId, message.ChildClosed.CloseEvent, message.ChildClosed.RunId)),
        OutboxMessage.BodyOneofCase.ParentClosed => ToRunAsync(message, (run, t) =>
        {
            if (run.State.IsRunning)
            {
                t.OnParentClosed(message.ParentClosed.Policy, new() { WorkflowId = message.SenderWorkflowId, RunId = message.SenderRunId });
            }
        }),
        OutboxMessage.BodyOneofCase.SignalExternal => SignalExternalAsync(message),
        OutboxMessage.BodyOneofCase.CancelExternal => CancelExternalAsync(message),
        OutboxMessage.BodyOneofCase.SignalAnswer => ToRunAsync(message, (_, t) =>
            t.OnSignalAnswer(message.InitiatedEventId, message.SignalAnswer.Failed, (SignalExternalWorkflowExecutionFailedCause)message.SignalAnswer.Cause)),
        OutboxMessage.BodyOneofCase.CancelAnswer => ToRunAsync(message, (_, t) =>
            t.OnCancelAnswer(message.InitiatedEventId, message.CancelAnswer.Failed, (CancelExternalWorkflowExecutionFailedCause)message.CancelAnswer.Cause)),
        _ => throw new InvalidDataException($"Delivery {message.Id} has no known content."),
    };

    /// <summary>A step of the receiving run; a receiver that is gone swallows the message.</summary>
    private async Task ToRunAsync(OutboxMessage message, Action<WorkflowRun, RunTransition> step)
    {
        if (message.BodyCase is OutboxMessage.BodyOneofCase.ChildClosed or OutboxMessage.BodyOneofCase.ChildStarted or OutboxMessage.BodyOneofCase.ChildStartFailed)
        {
            await FollowResetsAsync(message).ConfigureAwait(false);
        }

        try
        {
            await StepAsync(message.NamespaceId, message.WorkflowId, message.RunId, step, message.Id).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
        {
            await _store.CommitAsync(new StoreCommit { OutboxRemoved = message.Id }).ConfigureAwait(false);
        }
    }

    /// <summary>A parent that was reset goes on as another run: news of its children are for that one.</summary>
    private async Task FollowResetsAsync(OutboxMessage message)
    {
        var next = message.RunId;
        while (next.Length > 0)
        {
            message.RunId = next;
            try
            {
                next = await ReadAsync(message.NamespaceId, message.WorkflowId, next, run => run.State.IsRunning ? "" : run.State.ResetRunId)
                    .ConfigureAwait(false);
            }
            catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
            {
                return; // nobody is there to be told
            }
        }
    }

    /// <summary>A message back to the sender.</summary>
    private static OutboxMessage Answer(OutboxMessage to) => new()
    {
        NamespaceId = to.SenderNamespaceId,
        WorkflowId = to.SenderWorkflowId,
        RunId = to.SenderRunId,
        SenderNamespaceId = to.NamespaceId,
        SenderWorkflowId = to.WorkflowId,
        SenderRunId = to.RunId,
        InitiatedEventId = to.InitiatedEventId,
    };

    /// <summary>Answers without a run having changed.</summary>
    private async Task AnswerOnlyAsync(OutboxMessage message, OutboxMessage answer)
    {
        answer.Id = _store.NextId();
        var commit = new StoreCommit { OutboxRemoved = message.Id };
        commit.OutboxAdded.Add(answer);
        await _store.CommitAsync(commit).ConfigureAwait(false);
        Deliver([answer]);
    }

    private async Task StartChildAsync(OutboxMessage message)
    {
        // A parent that has ended meanwhile gets no children any more.
        if (!await IsRunningAsync(message.SenderNamespaceId, message.SenderWorkflowId, message.SenderRunId).ConfigureAwait(false))
        {
            await _store.CommitAsync(new StoreCommit { OutboxRemoved = message.Id }).ConfigureAwait(false);
            return;
        }

        var initiated = message.StartChild.InitiatedEvent.StartChildWorkflowExecutionInitiatedEventAttributes;
        if (_namespaces.FindById(message.NamespaceId) is not { } ns)
        {
            await FailChildAsync(message, StartChildWorkflowExecutionFailedCause.NamespaceNotFound).ConfigureAwait(false);
            return;
        }

        var isTaken = await LockedAsync(message.NamespaceId, message.WorkflowId, entity =>
        {
            if (CurrentRun(entity) is { } current && IsTaken(current.State, initiated.WorkflowIdReusePolicy))
            {
                return (true, Task.CompletedTask);
            }

            var begun = RunTransition.Begin(ns.Id, ns.Name, message.WorkflowId, ChildSpec(message, initiated), Now, _limits, _store.NextId());
            var answer = Answer(message);
            answer.ChildStarted = new ChildStarted { RunId = begun.State.RunId };
            return (false, CommitNew(entity, begun, message.Id, answer));
        }).ConfigureAwait(false);
        if (isTaken)
        {
            await FailChildAsync(message, StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists).ConfigureAwait(false);
        }
    }

    private Task FailChildAsync(OutboxMessage message, StartChildWorkflowExecutionFailedCause cause)
    {
        var answer = Answer(message);
        answer.ChildStartFailed = new ChildStartFailed { Cause = cause };
        return AnswerOnlyAsync(message, answer);
    }

    private static bool IsTaken(RunState current, WorkflowIdReusePolicy policy)
    {
        if (current.IsRunning)
        {
            return true;
        }

        try
        {
            CheckReuse(current, policy);
            return false;
        }
        catch (ServiceException)
        {
            return true;
        }
    }

    private StartSpec ChildSpec(OutboxMessage message, StartChildWorkflowExecutionInitiatedEventAttributes initiated)
    {
        var runId = Guid.CreateVersion7(_time.GetUtcNow()).ToString();
        var execution = Durations.Of(initiated.WorkflowExecutionTimeout);
        var cron = initiated.CronSchedule.Length > 0;
        var backoff = cron ? CronSchedule.Parse(initiated.CronSchedule).DelayAfter(Now, Now) ?? TimeSpan.Zero : TimeSpan.Zero;
        return new StartSpec
        {
            RunId = runId,
            RequestId = $"{message.SenderRunId}:{message.InitiatedEventId}:0",
            UserMetadata = message.StartChild.InitiatedEvent.UserMetadata,
            AwaitsParent = true,
            Attributes = new WorkflowExecutionStartedEventAttributes
            {
                WorkflowType = initiated.WorkflowType,
                ParentWorkflowNamespace = _namespaces.FindById(message.SenderNamespaceId)?.Name ?? "",
                ParentWorkflowNamespaceId = message.SenderNamespaceId,
                ParentWorkflowExecution = new() { WorkflowId = message.SenderWorkflowId, RunId = message.SenderRunId },
                ParentInitiatedEventId = message.InitiatedEventId,
                RootWorkflowExecution = message.StartChild.Root,
                TaskQueue = new TaskQueue { Name = initiated.TaskQueue.Name, Kind = TaskQueueKind.Normal },
                Input = initiated.Input,
                WorkflowExecutionTimeout = execution > TimeSpan.Zero ? initiated.WorkflowExecutionTimeout : null,
                WorkflowRunTimeout = initiated.WorkflowRunTimeout,
                WorkflowTaskTimeout = initiated.WorkflowTaskTimeout,
                OriginalExecutionRunId = runId,
                FirstExecutionRunId = runId,
                RetryPolicy = initiated.RetryPolicy,
                Attempt = 1,
                Initiator = cron ? ContinueAsNewInitiator.CronSchedule : ContinueAsNewInitiator.Unspecified,
                WorkflowExecutionExpirationTime = execution > TimeSpan.Zero ? Durations.Wire(Durations.After(Now, execution)) : null,
                CronSchedule = initiated.CronSchedule,
                FirstWorkflowTaskBackoff = Durations.Wire(backoff),
                Memo = initiated.Memo,
                SearchAttributes = initiated.SearchAttributes,
                Header = initiated.Header,
                WorkflowId = message.WorkflowId,
                Priority = message.StartChild.Priority,
            },
        };
    }

    private async Task<bool> IsRunningAsync(string namespaceId, string workflowId, string runId)
    {
        try
        {
            return await ReadAsync(namespaceId, workflowId, runId, run => run.State.IsRunning).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task SignalExternalAsync(OutboxMessage message)
    {
        var initiated = message.SignalExternal.Initiated;
        var sender = new WorkflowExecution { WorkflowId = message.SenderWorkflowId, RunId = message.SenderRunId };
        var cause = SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound;
        try
        {
            RequireOther(message);
            await StepAsync(message.NamespaceId, message.WorkflowId, message.RunId, (run, t) =>
            {
                RequireOpen(run);
                RequireChild(run, initiated.ChildWorkflowOnly, sender);
                if (run.State.SignalCount >= _limits.SignalsPerRun)
                {
                    cause = SignalExternalWorkflowExecutionFailedCause.SignalCountLimitExceeded;
                    throw ServiceErrors.ExecutionNotFound();
                }

                t.Signal(new SignalSpec(initiated.SignalName, initiated.Input, "history-service", initiated.Header, message.SignalExternal.RequestId)
                {
                    Sender = sender,
                });
                var done = Answer(message);
                done.SignalAnswer = new ExternalAnswer();
                t.Outbox.Add(done);
            }, message.Id).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
        {
            var failed = Answer(message);
            failed.SignalAnswer = new ExternalAnswer { Failed = true, Cause = (int)cause };
            await AnswerOnlyAsync(message, failed).ConfigureAwait(false);
        }
    }

    private async Task CancelExternalAsync(OutboxMessage message)
    {
        var initiated = message.CancelExternal.Initiated;
        var sender = new WorkflowExecution { WorkflowId = message.SenderWorkflowId, RunId = message.SenderRunId };
        try
        {
            RequireOther(message);
            await StepAsync(message.NamespaceId, message.WorkflowId, message.RunId, (run, t) =>
            {
                RequireChild(run, initiated.ChildWorkflowOnly, sender);
                if (run.State.IsRunning)
                {
                    t.RequestCancel(new WorkflowExecutionCancelRequestedEventAttributes
                    {
                        Cause = initiated.Reason,
                        ExternalInitiatedEventId = message.InitiatedEventId,
                        ExternalWorkflowExecution = sender,
                        Identity = "history-service",
                    });
                }

                var done = Answer(message);
                done.CancelAnswer = new ExternalAnswer();
                t.Outbox.Add(done);
            }, message.Id).ConfigureAwait(false);
        }
        catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
        {
            var failed = Answer(message);
            failed.CancelAnswer = new ExternalAnswer
            {
                Failed = true,
                Cause = (int)CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound,
            };
            await AnswerOnlyAsync(message, failed).ConfigureAwait(false);
        }
    }

    /// <summary>A workflow does not reach itself this way.</summary>
    private static void RequireOther(OutboxMessage message)
    {
        if (message.NamespaceId == message.SenderNamespaceId && message.WorkflowId == message.SenderWorkflowId &&
            (message.RunId.Length == 0 || message.RunId == message.SenderRunId))
        {
            throw ServiceErrors.ExecutionNotFound();
        }
    }

    private static void RequireChild(WorkflowRun run, bool childOnly, WorkflowExecution parent)
    {
        if (childOnly && (run.State.Start.ParentWorkflowExecution is not { } own || own.WorkflowId != parent.WorkflowId || own.RunId != parent.RunId))
        {
            throw ServiceErrors.ExecutionNotFound();
        }
    }

    [LoggerMessage(210, LogLevel.Error, "Delivery of '{Kind}' to run '{RunId}' of workflow '{WorkflowId}' failed; it is tried again")]
    private partial void LogDeliveryFailed(Exception e, OutboxMessage.BodyOneofCase kind, string workflowId, string runId);
}
