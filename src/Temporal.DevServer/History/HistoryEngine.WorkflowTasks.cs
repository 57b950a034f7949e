using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.History;

/// <content>Workflow tasks between runs and workers.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Transactions in one page of history.</summary>
    public const int PageSize = 256;

    /// <summary>Waits for a workflow task or a query; null when there was none in time.</summary>
    public async Task<PollWorkflowTaskQueueResponse?> PollWorkflowTaskAsync(QueueKey key, PollerIdentity poller, CancellationToken cancellationToken)
    {
        while (await _queues.TakeAsync(key, poller, cancellationToken).ConfigureAwait(false) is { } taken)
        {
            var task = taken.Task;
            if (cancellationToken.IsCancellationRequested)
            {
                _queues.Return(task, key);
                return null;
            }

            var response = task.Kind == QueueTaskKind.Query
                ? await StartQueryAsync(task, key.IsSticky).ConfigureAwait(false)
                : await StartWorkflowTaskAsync(task, poller, key.IsSticky).ConfigureAwait(false);
            if (response is not null)
            {
                response.PollerScalingDecision = Scaling(taken);
                return response;
            }
        }

        return null;
    }

    private static PollerScalingDecision? Scaling(TakenTask taken) =>
        taken.PollerDelta == 0 ? null : new PollerScalingDecision { PollRequestDeltaSuggestion = taken.PollerDelta };

    private async Task<PollWorkflowTaskQueueResponse?> StartWorkflowTaskAsync(QueueTask task, PollerIdentity poller, bool fromSticky)
    {
        try
        {
            return await StepAsync(task.NamespaceId, task.WorkflowId, task.RunId, (run, t) =>
            {
                if (!t.StartWorkflowTask(
                    task.ScheduledEventId, task.Attempt, Guid.NewGuid().ToString(), poller.Identity, poller.BuildId, fromSticky))
                {
                    throw new StaleTaskException();
                }

                // The answer is put together from the new state, which is in place when the step is.
                return new Lazy<PollWorkflowTaskQueueResponse>(() =>
                {
                    lock (run.Entity.Gate)
                    {
                        return WorkflowTaskResponse(run, fromSticky);
                    }
                });
            }).ConfigureAwait(false) is { } lazy ? TakeIfCurrent(lazy) : null;
        }
        catch (StaleTaskException)
        {
            return null;
        }
        catch (ServiceException e) when (e.Code == Grpc.GrpcStatusCode.NotFound)
        {
            return null; // the run is gone, and its tasks with it
        }
    }

    private static PollWorkflowTaskQueueResponse? TakeIfCurrent(Lazy<PollWorkflowTaskQueueResponse> lazy) =>
        lazy.Value is { TaskToken.IsEmpty: false } response ? response : null;

    /// <summary>What a worker gets for the started task of the run. The entity's lock is held.</summary>
    private PollWorkflowTaskQueueResponse WorkflowTaskResponse(WorkflowRun run, bool fromSticky, bool partial = false)
    {
        var state = run.State;
        if (state.WorkflowTask is not { IsStarted: true } task)
        {
            return new PollWorkflowTaskQueueResponse(); // ended while it was being handed out
        }

        var from = fromSticky || partial ? state.LastCompletedTaskStartedId + 1 : 1;
        var (events, next) = run.Log.Read(from, PageSize);
        var token = ByteString.Empty;
        if (next <= state.LastEventId)
        {
            token = new HistoryPageToken { RunId = state.RunId, NextEventId = next, LastEventId = task.StartedEventId }.ToByteString();
        }
        else
        {
            events.AddRange(RunTransition.UnstoredTaskEvents(state));
        }

        var response = new PollWorkflowTaskQueueResponse
        {
            TaskToken = Token(state, task.ScheduledEventId, task.StartedEventId, task.Attempt, task.StartedTime!.Value).ToByteString(),
            WorkflowExecution = state.Execution,
            WorkflowType = state.Start.WorkflowType,
            PreviousStartedEventId = state.LastCompletedTaskStartedId,
            StartedEventId = task.StartedEventId,
            Attempt = task.Attempt,
            History = new HistoryMessage { Events = { events } },
            NextPageToken = token,
            WorkflowExecutionTaskQueue = new TaskQueue { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
            ScheduledTime = Durations.Wire(task.ScheduledTime),
            StartedTime = Durations.Wire(task.StartedTime.Value),
            Messages = { RunTransition.OutgoingMessages(state) },
        };
        foreach (var query in run.Queries)
        {
            query.Sent = true;
            response.Queries[query.Id] = query.Query;
        }

        return response;
    }

    private static TaskToken Token(RunState state, long scheduledId, long startedId, int attempt, DateTime started) => new()
    {
        NamespaceId = state.NamespaceId,
        WorkflowId = state.WorkflowId,
        RunId = state.RunId,
        ScheduledEventId = scheduledId,
        StartedEventId = startedId,
        Attempt = attempt,
        StartedTicks = started.Ticks,
    };

    public async Task<RespondWorkflowTaskCompletedResponse> CompleteWorkflowTaskAsync(TaskToken token, RespondWorkflowTaskCompletedRequest request)
    {
        ServiceException? refusal = null;
        WorkflowTaskRejectedException? rejected = null;
        HistoryLimitException? limit = null;
        var context = new CommandContext
        {
            NamespaceId = name => _namespaces.Get(name).Id,
            SearchAttributes = _namespaces.GetById(token.NamespaceId).SearchAttributes,
            HasNexusEndpoint = name => _namespaces.Get(OperatorFrontend.SystemNamespace).Record.NexusEndpoints.Values.Any(e => e.Spec.Name == name),
            Identity = request.Identity,
            BuildId = request.WorkerVersionStamp?.BuildId ?? "",
        };
        var response = await LockedAsync(token.NamespaceId, token.WorkflowId, entity =>
        {
            var run = FindRun(entity, token.RunId);
            if (!run.State.IsRunning || !new RunTransition(run.State, Now, _limits).IsCurrent(token))
            {
                throw ServiceErrors.WorkflowTaskNotFound();
            }

            var transition = new RunTransition(run.State.Clone(), Now, _limits);
            try
            {
                transition.CompleteWorkflowTask(request, context);
                transition.CheckHistorySize();
            }
            catch (WorkflowTaskRejectedException e)
            {
                rejected = e;
                if (run.State.WorkflowTask is { Attempt: > 1 } && e.Cause != WorkflowTaskFailedCause.UnhandledCommand && !e.Terminates)
                {
                    throw ServiceErrors.InvalidArgument(e.Text); // nothing is written for further attempts: the task runs into its limit
                }

                transition = Reject(run, e, request.Identity);
            }
            catch (ServiceException e) when (run.State.WorkflowTask is { Kind: WorkflowTaskKind.Speculative })
            {
                refusal = e;
                transition = new RunTransition(run.State.Clone(), Now, _limits);
                transition.ForgetSpeculativeTask();
            }
            catch (HistoryLimitException e)
            {
                limit = e;
                transition = new RunTransition(run.State.Clone(), Now, _limits);
                transition.Terminate(e.Message, details: null, "history-service");
            }

            var refused = refusal is not null || rejected is not null || limit is not null;
            AnswerQueries(run, request, refused);
            var published = Commit(entity, run, transition, consumed: 0);
            var answer = new RespondWorkflowTaskCompletedResponse();
            if (!refused)
            {
                Fill(answer, run, transition);
            }

            return (answer, published);
        }).ConfigureAwait(false);
        if (refusal is not null)
        {
            throw refusal;
        }

        return rejected is null && limit is null ? response : throw ServiceErrors.InvalidArgument(limit?.Message ?? rejected!.Text);
    }

    private RunTransition Reject(WorkflowRun run, WorkflowTaskRejectedException e, string identity)
    {
        var transition = new RunTransition(run.State.Clone(), Now, _limits);
        if (e.Cause != WorkflowTaskFailedCause.UnhandledCommand)
        {
            transition.AbortSentUpdates();
        }

        transition.FailWorkflowTask(e.Cause, new Failure { Message = e.Text, ServerFailureInfo = new() }, identity);
        if (e.Terminates)
        {
            transition.Terminate(e.Text, details: null, "history-service");
        }

        return transition;
    }

    private void Fill(RespondWorkflowTaskCompletedResponse response, WorkflowRun run, RunTransition transition)
    {
        response.ResetHistoryEventId = transition.ResetHistoryEventId;
        if (transition.StartedInline)
        {
            response.WorkflowTask = WorkflowTaskResponse(run, fromSticky: true, partial: true);
        }

        foreach (var id in transition.EagerActivities)
        {
            response.ActivityTasks.Add(ActivityResponse(run.State, run.State.Activities[id]));
        }
    }

    public Task FailWorkflowTaskAsync(TaskToken token, RespondWorkflowTaskFailedRequest request) =>
        StepAsync(token.NamespaceId, token.WorkflowId, token.RunId, (run, t) =>
        {
            RequireOpen(run);
            if (!t.IsCurrent(token))
            {
                throw ServiceErrors.WorkflowTaskNotFound();
            }

            if (request.Cause == WorkflowTaskFailedCause.GrpcMessageTooLarge)
            {
                t.Terminate("GrpcMessageTooLarge", details: null, "history-service"); // trying again would not make it smaller
                return;
            }

            t.FailWorkflowTask(request.Cause, request.Failure, request.Identity, request.WorkerVersion, request.BinaryChecksum);
        });

    /// <summary>The task in the queue points at something that is no longer there.</summary>
    private sealed class StaleTaskException : Exception;
}
