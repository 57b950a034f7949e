using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Instances;

namespace Temporalio.Worker.Tasks;

/// <summary>Works off workflow tasks: history in, activations, completion out, and whatever comes back with the completion.</summary>
internal sealed partial class WorkflowTaskProcessor
{
    private readonly IWorkflowServicePort _service;
    private readonly WorkflowWorkerOptions _options;
    private readonly WorkflowRunFactory _factory;
    private readonly HistoryReader _history;
    private readonly ILogger _logger;
    private readonly string? _stickyQueue;

    /// <summary>Creates the processor of a worker.</summary>
    public WorkflowTaskProcessor(IWorkflowServicePort service, WorkflowWorkerOptions options, string? stickyQueue)
    {
        _service = service;
        _options = options;
        _stickyQueue = stickyQueue;
        _factory = new(options);
        _history = new(service, options.Namespace);
        _logger = options.LoggerFactory.CreateLogger("Temporalio.Worker");
        Cache = new(options.MaxCachedWorkflows, options.Telemetry);
    }

    /// <summary>Runs held in memory.</summary>
    public RunCache Cache { get; }

    /// <summary>Works off a task and those that come inline with its completions. Never throws: every outcome is reported or logged.</summary>
    public async Task ProcessAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellationToken)
    {
        var current = task;
        while (true)
        {
            try
            {
                var next = current.Query is null
                    ? await ProcessOneAsync(current, cancellationToken).ConfigureAwait(false)
                    : await ProcessQueryAsync(current, cancellationToken).ConfigureAwait(false);
                if (next is null)
                {
                    return;
                }

                current = next;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                WorkflowWorkerLog.TaskDropped(_logger, e, current.WorkflowExecution.WorkflowId, current.WorkflowExecution.RunId);
                return;
            }
        }
    }

    private async Task<PollWorkflowTaskQueueResponse?> ProcessOneAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellationToken)
    {
        var run = Cache.Get(task.WorkflowExecution.RunId);
        if (run is null)
        {
            run = new(_factory, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId);
            Cache.Put(run);
            if (task.History is { Events: [{ EventId: > 1 }, ..] })
            {
                _options.Telemetry.CacheMiss();
            }
        }
        else
        {
            _options.Telemetry.CacheHit(task.WorkflowType.Name);
        }

        var gate = run.Gate;
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var events = await _history.CompleteAsync(task, cancellationToken).ConfigureAwait(false);
            if (!run.Machines.Continues(events) || (events.Count > 0 && events[0].EventId == 1 && run.Instance is not null))
            {
                // Another worker, or an older state of the run, handled tasks meanwhile: begin anew from all of history.
                Cache.Remove(run);
                run = new(_factory, run.WorkflowId, run.RunId, gate);
                Cache.Put(run);
                if (events[0].EventId > 1)
                {
                    if (await _history.FetchAsync(task, cancellationToken).ConfigureAwait(false) is not { } all)
                    {
                        Cache.Remove(run);
                        return null;
                    }

                    events = all;
                }
            }

            return await RunTaskAsync(run, task, events, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            Cache.Remove(run);
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<PollWorkflowTaskQueueResponse?> RunTaskAsync(
        WorkflowRun run, PollWorkflowTaskQueueResponse task, IReadOnlyList<HistoryEvent> events, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var metrics = _options.Telemetry.Workflow(task.WorkflowType.Name);
        RespondWorkflowTaskCompletedRequest completion;
        try
        {
            run.OnStuck = stuck => _ = ReportStuckAsync(run, stuck, task);
            await run.AdvanceAsync(events, task.PreviousStartedEventId, task.StartedEventId, task.Messages).ConfigureAwait(false);
            if (run.ReplayTime > TimeSpan.Zero)
            {
                metrics.Replayed(run.ReplayTime);
            }

            var heartbeat = run.Machines.HasLocalActivities && !run.Machines.HasTerminal
                && await RunLocalActivitiesAsync(run, began).ConfigureAwait(false);
            completion = await CompleteAsync(run, task, heartbeat).ConfigureAwait(false);
        }
        catch (WorkflowStuckException e)
        {
            Cache.Remove(run);
            WorkflowWorkerLog.Stuck(_logger, e, run.WorkflowId, run.RunId);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Cache.Remove(run);
            return await FailAsync(run, task, e, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            run.Machines.EndTask();
            metrics.TaskExecuted(Stopwatch.GetElapsedTime(began));
        }

        return await SendAsync(run, completion, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs local activities while the task may stay open. True when it must be kept alive by completing it now.</summary>
    private async Task<bool> RunLocalActivitiesAsync(WorkflowRun run, long began)
    {
        var work = run.LocalActivities ??= new(_options, run);
        var limit = (run.Instance?.Info.TaskTimeout ?? TimeSpan.FromSeconds(10)) * 0.8;
        while (run.Machines is { HasLocalActivities: true, HasTerminal: false })
        {
            foreach (var machine in run.Machines.TakeLocalActivitiesToStart())
            {
                work.Start(machine);
            }

            foreach (var seq in run.Machines.TakeLocalActivitiesToCancel())
            {
                work.Cancel(seq);
            }

            var result = await work.NextAsync(limit - Stopwatch.GetElapsedTime(began)).ConfigureAwait(false);
            if (result is null)
            {
                return true;
            }

            if (run.Machines.EndLocalActivity(result, Stopwatch.GetElapsedTime(began)))
            {
                await run.ContinueAsync().ConfigureAwait(false);
            }
        }

        foreach (var seq in run.Machines.TakeLocalActivitiesToCancel())
        {
            work.Cancel(seq);
        }

        if (run.Machines.HasTerminal)
        {
            work.CancelAll();
        }

        return false;
    }

    private async Task<PollWorkflowTaskQueueResponse?> ProcessQueryAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellationToken)
    {
        var answer = new RespondQueryTaskCompletedRequest { TaskToken = task.TaskToken, Namespace = _options.Namespace };
        try
        {
            var result = await AnswerAsync(task, cancellationToken).ConfigureAwait(false);
            if (result.Failure is { } failure)
            {
                answer.CompletedType = QueryResultType.Failed;
                answer.ErrorMessage = failure.Message;
                answer.Failure = failure;
            }
            else
            {
                answer.CompletedType = QueryResultType.Answered;
                answer.QueryResult = new() { Payloads_ = { result.Result } };
            }
        }
        catch (Exception e) when (e is not OperationCanceledException and not RpcException)
        {
            WorkflowWorkerLog.QueryFailed(_logger, e, task.Query.QueryType, task.WorkflowExecution.WorkflowId);
            answer.CompletedType = QueryResultType.Failed;
            answer.ErrorMessage = e.Message;
            answer.Failure = await FailureOfAsync(e).ConfigureAwait(false);
        }

        try
        {
            await _service.RespondQueryAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            // Who asked waits no longer.
            WorkflowWorkerLog.CompletionUnwanted(_logger, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId, e.Message);
        }

        return null;
    }

    private async Task<WorkflowCommand.QueryAnswer> AnswerAsync(PollWorkflowTaskQueueResponse task, CancellationToken cancellationToken)
    {
        var run = Cache.Get(task.WorkflowExecution.RunId);
        var query = new ActivationJob.Query(string.Empty, task.Query);
        if (run is not null)
        {
            await run.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (run.Instance is not null && (task.History is null || task.History.Events.Count == 0 || run.Machines.LastHandledStartedId >= task.PreviousStartedEventId))
                {
                    return (await run.QueryAsync([query]).ConfigureAwait(false))[0];
                }
            }
            finally
            {
                run.Gate.Release();
            }
        }

        var events = task.History is { Events.Count: > 0 }
            ? await _history.CompleteAsync(task, cancellationToken).ConfigureAwait(false)
            : await _history.FetchAsync(task, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"Workflow '{task.WorkflowExecution.WorkflowId}' has no history to answer queries from.");

        // Kept apart from the cache: what follows the last task was only looked at.
        var reader = new WorkflowRun(_factory, task.WorkflowExecution.WorkflowId, task.WorkflowExecution.RunId);
        await reader.AdvanceAsync(events, task.PreviousStartedEventId, 0, []).ConfigureAwait(false);
        return (await reader.QueryAsync([query]).ConfigureAwait(false))[0];
    }

    private async Task ReportStuckAsync(WorkflowRun run, WorkflowInstance stuck, PollWorkflowTaskQueueResponse task)
    {
        try
        {
            await FailAsync(run, task, new WorkflowStuckException(stuck.Info), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            WorkflowWorkerLog.TaskDropped(_logger, e, run.WorkflowId, run.RunId);
        }
    }
}
