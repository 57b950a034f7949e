using System.Collections.Concurrent;
using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Query.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.History;

/// <content>Queries: answered on the side when nothing is going on, with the workflow task otherwise. They never write anything.</content>
internal sealed partial class HistoryEngine
{
    private const int WaitingQueries = 1;
    private const int HopelessAttempt = 3;
    private readonly ConcurrentDictionary<string, (PendingQuery Query, WorkflowRun Run)> _directQueries = new(StringComparer.Ordinal);

    public async Task<QueryWorkflowResponse> QueryAsync(
        string namespaceId, WorkflowExecution target, WorkflowQuery query, QueryRejectCondition reject, CancellationToken cancellationToken)
    {
        var pending = new PendingQuery(Guid.NewGuid().ToString(), query);
        var (run, rejected) = await ReadAsync(namespaceId, target.WorkflowId, target.RunId, run =>
        {
            var rejection = run.State.Paused is not null && run.State.IsRunning
                ? new QueryWorkflowResponse { QueryRejected = new QueryRejected { Status = run.State.ShownStatus } }
                : Rejection(run.State, reject);
            if (rejection is null)
            {
                Route(run, pending);
            }

            return (run, rejection);
        }).ConfigureAwait(false);
        if (rejected is not null)
        {
            return rejected;
        }

        try
        {
            return await pending.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw ServiceErrors.DeadlineExceeded();
        }
        finally
        {
            _directQueries.TryRemove(pending.Id, out _);
            lock (run.Entity.Gate)
            {
                run.Queries.Remove(pending);
            }
        }
    }

    private static QueryWorkflowResponse? Rejection(RunState state, QueryRejectCondition condition)
    {
        var rejected = condition switch
        {
            QueryRejectCondition.NotOpen => !state.IsRunning,
            QueryRejectCondition.NotCompletedCleanly => state.Status is not (WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Completed),
            _ => false,
        };
        return rejected ? new QueryWorkflowResponse { QueryRejected = new QueryRejected { Status = state.Status } } : null;
    }

    /// <summary>The entity's lock is held.</summary>
    private void Route(WorkflowRun run, PendingQuery query)
    {
        var state = run.State;
        if (state.LastCompletedTaskStartedId == 0 && !state.IsRunning)
        {
            throw ServiceErrors.WorkflowNotReady("Workflow execution closed before WorkflowTaskStarted event");
        }

        if (state.IsRunning && state.WorkflowTask is { Attempt: >= HopelessAttempt })
        {
            throw ServiceErrors.WorkflowNotReady("Unable to query workflow due to Workflow Task in failed state.");
        }

        if (state.LastCompletedTaskStartedId > 0 && (!state.IsRunning || (state.WorkflowTask is null && state.Buffered.IsEmpty)))
        {
            DispatchQuery(run, query);
            return;
        }

        if (run.Queries.Count >= WaitingQueries)
        {
            throw ServiceErrors.Exhausted(
                "consistent query buffer is full, this may be caused by too many queries and workflow not able to process query fast enough",
                ResourceExhaustedCause.BusyWorkflow);
        }

        run.Queries.Add(query);
    }

    private void DispatchQuery(WorkflowRun run, PendingQuery query)
    {
        var state = run.State;
        _directQueries[query.Id] = (query, run);
        var task = new QueueTask
        {
            Kind = QueueTaskKind.Query,
            NamespaceId = state.NamespaceId,
            WorkflowId = state.WorkflowId,
            RunId = state.RunId,
            Queue = state.TaskQueue,
            StickyQueue = state.StickyQueue,
            QueryId = query.Id,
            Created = Now,
        };
        var queue = _queues.Offer(task);
        if (queue.Key.IsSticky)
        {
            _ = MoveToNormalQueueAsync(queue, task, state.StickyTimeout);
        }
    }

    /// <summary>The worker with the cache did not come for the query: any other may replay.</summary>
    private async Task MoveToNormalQueueAsync(MatchingQueue queue, QueueTask task, TimeSpan after)
    {
        try
        {
            await Task.Delay(after, _time, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            LogStoppedMeanwhile(e);
            return;
        }

        if (queue.Remove(task))
        {
            _queues.Offer(task with { StickyQueue = "" });
        }
    }

    private async Task<PollWorkflowTaskQueueResponse?> StartQueryAsync(QueueTask task, bool fromSticky)
    {
        if (!_directQueries.TryGetValue(task.QueryId, out var direct))
        {
            return null; // its caller is gone
        }

        return await ReadAsync(task.NamespaceId, task.WorkflowId, task.RunId, run =>
        {
            var state = run.State;
            var response = new PollWorkflowTaskQueueResponse
            {
                TaskToken = new TaskToken { NamespaceId = state.NamespaceId, WorkflowId = state.WorkflowId, RunId = state.RunId, QueryId = task.QueryId }.ToByteString(),
                WorkflowExecution = state.Execution,
                WorkflowType = state.Start.WorkflowType,
                PreviousStartedEventId = state.LastCompletedTaskStartedId,
                Attempt = 1,
                Query = direct.Query.Query,
                WorkflowExecutionTaskQueue = new TaskQueue { Name = state.TaskQueue, Kind = TaskQueueKind.Normal },
            };
            if (!fromSticky)
            {
                var (events, next) = run.Log.Read(1, PageSize);
                response.History = new HistoryMessage { Events = { events } };
                if (next <= state.LastEventId)
                {
                    response.NextPageToken = new HistoryPageToken { RunId = state.RunId, NextEventId = next, LastEventId = state.LastEventId }.ToByteString();
                }
            }
            else
            {
                response.History = new HistoryMessage();
            }

            return response;
        }).ConfigureAwait(false);
    }

    /// <summary>A worker answers a query task.</summary>
    public void AnswerQuery(string queryId, RespondQueryTaskCompletedRequest request)
    {
        if (!_directQueries.TryRemove(queryId, out var direct))
        {
            throw ServiceErrors.NotFound("query task not found, or already expired");
        }

        Answer(direct.Query, request.CompletedType, request.QueryResult, request.ErrorMessage, request.Failure);
    }

    /// <summary>Answers that came with a workflow task. The entity's lock is held.</summary>
    private void AnswerQueries(WorkflowRun run, RespondWorkflowTaskCompletedRequest request, bool rejected)
    {
        foreach (var query in run.Queries.ToList())
        {
            if (!rejected && request.QueryResults.TryGetValue(query.Id, out var result))
            {
                run.Queries.Remove(query);
                Answer(query, result.ResultType, result.Answer, result.ErrorMessage, result.Failure);
            }
        }
    }

    private void Answer(PendingQuery query, QueryResultType type, Temporalio.Api.Common.V1.Payloads? answer, string message, Temporalio.Api.Failure.V1.Failure? failure)
    {
        if (answer is not null && answer.CalculateSize() > _limits.BlobSize)
        {
            query.Answer.TrySetException(ServiceErrors.QueryFailed(
                $"query result size ({answer.CalculateSize()}) exceeds limit ({_limits.BlobSize})", failure: null));
        }
        else if (type == QueryResultType.Answered)
        {
            query.Answer.TrySetResult(new QueryWorkflowResponse { QueryResult = answer });
        }
        else
        {
            query.Answer.TrySetException(ServiceErrors.QueryFailed(message, failure));
        }
    }

    /// <summary>Queries that waited for a workflow task and find none any more go out on their own. The entity's lock is held.</summary>
    private void ReleaseQueries(WorkflowRun run)
    {
        if (run.Queries.Count == 0)
        {
            return;
        }

        var state = run.State;
        if (!state.IsRunning && state.LastCompletedTaskStartedId == 0)
        {
            FailQueries(run, "Workflow execution closed before WorkflowTaskStarted event");
        }
        else if (state.IsRunning && state.WorkflowTask is { Attempt: >= HopelessAttempt })
        {
            FailQueries(run, "Unable to query workflow due to Workflow Task in failed state.");
        }
        else if ((!state.IsRunning || state.WorkflowTask is null) && state.LastCompletedTaskStartedId > 0)
        {
            foreach (var query in run.Queries)
            {
                DispatchQuery(run, query);
            }

            run.Queries.Clear();
        }
    }

    private static void FailQueries(WorkflowRun run, string text)
    {
        foreach (var query in run.Queries)
        {
            query.Answer.TrySetException(ServiceErrors.WorkflowNotReady(text));
        }

        run.Queries.Clear();
    }
}
