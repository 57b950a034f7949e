using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Query.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using VersioningBehavior = Temporalio.Common.VersioningBehavior;

namespace Temporalio.Worker.Tasks;

/// <content>What goes back to the service: completions, failures, answers.</content>
internal sealed partial class WorkflowTaskProcessor
{
    private async Task<RespondWorkflowTaskCompletedRequest> CompleteAsync(WorkflowRun run, PollWorkflowTaskQueueResponse task, bool heartbeat)
    {
        var answers = task.Queries.Count == 0
            ? []
            : await run.QueryAsync(task.Queries.Select(q => new ActivationJob.Query(q.Key, q.Value))).ConfigureAwait(false);
        var (commands, messages, metadata) = run.Machines.TakeCompletion();
        if (_options.PayloadLimits?.Problem(commands) is { } tooLarge)
        {
            throw new PayloadsTooLargeException(tooLarge);
        }

#pragma warning disable CS0612 // Servers without worker deployments read the version stamp.
        var request = new RespondWorkflowTaskCompletedRequest
        {
            TaskToken = task.TaskToken,
            Identity = _options.Identity,
            Namespace = _options.Namespace,
            WorkerInstanceKey = _options.WorkerInstanceKey,
            Commands = { commands },
            Messages = { messages },
            SdkMetadata = metadata,
            MeteringMetadata = new(),
            ReturnNewWorkflowTask = _stickyQueue is not null,
            ForceCreateNewWorkflowTask = heartbeat,
            Capabilities = new() { DiscardSpeculativeWorkflowTaskWithEvents = true },
            DeploymentOptions = _options.DeploymentOptions?.ToProto(),
            VersioningBehavior = (Api.Enums.V1.VersioningBehavior)BehaviorOf(run),
            WorkerVersionStamp = VersionStamp,
        };
#pragma warning restore CS0612
        if (_stickyQueue is not null)
        {
            request.StickyAttributes = new()
            {
                WorkerTaskQueue = new() { Name = _stickyQueue, Kind = TaskQueueKind.Sticky, NormalName = _options.TaskQueue },
                ScheduleToStartTimeout = Duration.FromTimeSpan(_options.StickyScheduleToStartTimeout),
            };
        }

        foreach (var answer in answers)
        {
            request.QueryResults.Add(answer.QueryId, ToResult(answer));
        }

        return request;
    }

    private async Task<PollWorkflowTaskQueueResponse?> SendAsync(
        WorkflowRun run, RespondWorkflowTaskCompletedRequest request, CancellationToken cancellationToken)
    {
        var reserved = ReserveEagerActivities(request.Commands);
        var taken = 0;
        RespondWorkflowTaskCompletedResponse response;
        try
        {
            response = await _service.CompleteWorkflowTaskAsync(request, cancellationToken).ConfigureAwait(false);
            foreach (var activity in response.ActivityTasks)
            {
                if (_options.OfferEagerActivity?.Invoke(activity) == true)
                {
                    taken++;
                }
            }
        }
        catch (RpcException e)
        {
            Cache.Remove(run);
            if (e.Code == RpcException.StatusCode.NotFound || e.Message.Contains("UnhandledCommand", StringComparison.Ordinal))
            {
                WorkflowWorkerLog.CompletionUnwanted(_logger, run.WorkflowId, run.RunId, e.Message);
            }
            else
            {
                WorkflowWorkerLog.CompletionFailed(_logger, e, run.WorkflowId, run.RunId);
            }

            return null;
        }
        finally
        {
            for (; taken < reserved; reserved--)
            {
                _options.ReleaseEagerSlot?.Invoke();
            }
        }

        if (response.ResetHistoryEventId > 0)
        {
            run.Machines.RewindTo(response.ResetHistoryEventId);
        }

        var now = DateTime.UtcNow;
        _options.Telemetry.Workflow(run.Machines.WorkflowType).Accepted(request.Commands, run.Started ?? now, now);
        if (run.Machines.HasTerminal)
        {
            Cache.Remove(run, ended: true);
        }

        return response.WorkflowTask is { TaskToken.IsEmpty: false } next ? next : null;
    }

    /// <summary>Reserves slots for activities that this worker can take at once; the others lose the wish.</summary>
    private int ReserveEagerActivities(IEnumerable<Command> commands)
    {
        var reserved = 0;
        foreach (var command in commands)
        {
            if (command.ScheduleActivityTaskCommandAttributes is not { RequestEagerExecution: true } activity)
            {
                continue;
            }

            if (reserved < _options.MaxEagerActivities && _options.TryReserveEagerSlot?.Invoke() == true)
            {
                reserved++;
            }
            else
            {
                activity.RequestEagerExecution = false;
            }
        }

        return reserved;
    }

    /// <summary>Reports that a task failed: on the first attempt only, later ones run into their timeout, so that a broken worker does not spin.</summary>
    private async Task<PollWorkflowTaskQueueResponse?> FailAsync(
        WorkflowRun run, PollWorkflowTaskQueueResponse task, Exception e, CancellationToken cancellationToken)
    {
        var nondeterminism = e is WorkflowNondeterminismException;
        if (nondeterminism && FailsWorkflow(run, e))
        {
            var failure = new Command
            {
                CommandType = CommandType.FailWorkflowExecution,
                FailWorkflowExecutionCommandAttributes = new() { Failure = await FailureOfAsync(e).ConfigureAwait(false) },
            };
            return await SendAsync(
                run,
                new() { TaskToken = task.TaskToken, Identity = _options.Identity, Namespace = _options.Namespace, Commands = { failure } },
                cancellationToken).ConfigureAwait(false);
        }

        var cause = nondeterminism ? WorkflowTaskFailedCause.NonDeterministicError
            : e is PayloadsTooLargeException ? WorkflowTaskFailedCause.PayloadsTooLarge
            : WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure;
        _options.Telemetry.Workflow(task.WorkflowType?.Name ?? string.Empty).TaskFailed(cause);
        _options.Telemetry.WorkflowSlots.Fail();
        WorkflowWorkerLog.TaskFailed(_logger, e, task.WorkflowType?.Name ?? string.Empty, run.WorkflowId, run.RunId, task.Attempt);
        if (task.Attempt > 1)
        {
            return null;
        }

#pragma warning disable CS0612 // Servers without worker deployments read the version stamp.
        await _service.FailWorkflowTaskAsync(
            new()
            {
                WorkerVersion = VersionStamp,
                TaskToken = task.TaskToken,
                Identity = _options.Identity,
                Namespace = _options.Namespace,
                Cause = cause,
                Failure = await FailureOfAsync(e).ConfigureAwait(false),
                DeploymentOptions = _options.DeploymentOptions?.ToProto(),
            },
            cancellationToken).ConfigureAwait(false);
#pragma warning restore CS0612
        return null;
    }

    private WorkerVersionStamp? VersionStamp => _options.BuildId.Length > 0
        ? new() { BuildId = _options.BuildId, UseVersioning = _options.VersionCapabilities?.UseVersioning ?? false }
        : null;

    private bool FailsWorkflow(WorkflowRun run, Exception e) => run.Instance is { } instance
        ? instance.IsNamedFailure(e)
        : _options.FailureExceptionTypes.Any(t => t.IsInstanceOfType(e));

    private VersioningBehavior BehaviorOf(WorkflowRun run)
    {
        if (_options.DeploymentOptions is not { UseWorkerVersioning: true } deployment || run.Instance is not { } instance)
        {
            return VersioningBehavior.Unspecified;
        }

        var own = instance.DynamicVersioningBehavior ?? instance.Definition.VersioningBehavior ?? VersioningBehavior.Unspecified;
        return own == VersioningBehavior.Unspecified ? deployment.DefaultVersioningBehavior : own;
    }

    private static WorkflowQueryResult ToResult(WorkflowCommand.QueryAnswer answer) => answer.Failure is { } failure
        ? new() { ResultType = QueryResultType.Failed, ErrorMessage = failure.Message, Failure = failure }
        : new() { ResultType = QueryResultType.Answered, Answer = new() { Payloads_ = { answer.Result } } };

    private Task<Failure> FailureOfAsync(Exception e) => _options.DataConverter.ToFailureAsync(e);
}
