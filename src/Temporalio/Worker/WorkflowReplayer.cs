using System.Runtime.CompilerServices;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Worker.Tasks;

namespace Temporalio.Worker;

/// <summary>Runs workflow code against recorded histories and says whether it still does what they say. Needs no server.</summary>
public class WorkflowReplayer
{
    private readonly WorkflowRunFactory _factory;

    /// <summary>Creates a replayer.</summary>
    /// <param name="options">Options; copied.</param>
    /// <exception cref="ArgumentException">There is no workflow, or two of one name.</exception>
    public WorkflowReplayer(WorkflowReplayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = (WorkflowReplayerOptions)options.Clone();
        var problems = Options.Workflows.GroupBy(w => w.Name).Where(g => g.Count() > 1)
            .Select(g => g.Key is null ? "more than one dynamic workflow" : $"more than one workflow named '{g.Key}'").ToList();
        if (Options.Workflows.Count == 0)
        {
            problems.Add("no workflow");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException($"Replayer options are invalid: {string.Join(", ", problems)}.", nameof(options));
        }

        _factory = new(new()
        {
            Namespace = Options.Namespace,
            TaskQueue = Options.TaskQueue,
            Identity = Options.Identity ?? string.Empty,
            LoggerFactory = Options.LoggerFactory,
            Workflows = [.. Options.Workflows],
            DataConverter = Options.DataConverter,
            Interceptors = Options.Interceptors ?? [],
            FailureExceptionTypes = Options.WorkflowFailureExceptionTypes ?? [],
            BuildId = Options.BuildId ?? string.Empty,
            DebugMode = Options.DebugMode,
            DisableTracingEventListener = Options.DisableWorkflowTracingEventListener,
            TaskStarting = (definition, info) => Options.OnTaskStarting(this, new(definition, info)),
            TaskCompleted = (definition, info, failure) => Options.OnTaskCompleted(this, new(definition, info, failure)),

            // Histories do not say who was willing to run activities at once; replay does not compare it.
            TryReserveEagerSlot = static () => false,
        });
    }

    /// <summary>Options of the replayer; not to be changed.</summary>
    public WorkflowReplayerOptions Options { get; }

    /// <summary>Replays one history.</summary>
    /// <param name="history">The history; it may end anywhere.</param>
    /// <param name="throwOnReplayFailure">Whether a failure is thrown instead of returned.</param>
    /// <param name="cancellationToken">Stops before the replay begins.</param>
    /// <returns>The result.</returns>
    /// <exception cref="WorkflowNondeterminismException">The code does something else than the history says.</exception>
    /// <exception cref="InvalidWorkflowOperationException">A workflow task failed for another reason.</exception>
    public async Task<WorkflowReplayResult> ReplayWorkflowAsync(
        WorkflowHistory history, bool throwOnReplayFailure = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        cancellationToken.ThrowIfCancellationRequested();
        var failure = await ReplayAsync(history).ConfigureAwait(false);
        return failure is not null && throwOnReplayFailure ? throw failure : new(history, failure);
    }

    /// <summary>Replays histories one after the other.</summary>
    /// <param name="histories">The histories.</param>
    /// <param name="throwOnReplayFailure">Whether the first failure is thrown instead of returned.</param>
    /// <param name="cancellationToken">Stops between two histories.</param>
    /// <returns>The results in the same order.</returns>
    public async Task<IEnumerable<WorkflowReplayResult>> ReplayWorkflowsAsync(
        IEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(histories);
        var results = new List<WorkflowReplayResult>();
        foreach (var history in histories)
        {
            results.Add(await ReplayWorkflowAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    /// <summary>Replays histories as they come.</summary>
    /// <param name="histories">The histories.</param>
    /// <param name="throwOnReplayFailure">Whether the first failure is thrown instead of returned.</param>
    /// <param name="cancellationToken">Stops between two histories.</param>
    /// <returns>The results in the same order.</returns>
    public async IAsyncEnumerable<WorkflowReplayResult> ReplayWorkflowsAsync(
        IAsyncEnumerable<WorkflowHistory> histories,
        bool throwOnReplayFailure = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(histories);
        await foreach (var history in histories.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return await ReplayWorkflowAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Exception?> ReplayAsync(WorkflowHistory history)
    {
        var events = history.Events as IReadOnlyList<HistoryEvent> ?? [.. history.Events];
        if (events.Count == 0 || events[0].EventType != EventType.WorkflowExecutionStarted)
        {
            return new InvalidWorkflowOperationException(
                $"History of workflow '{history.Id}' cannot be replayed: it does not begin with WorkflowExecutionStarted. Help: give the whole history.");
        }

        var last = 0L;
        for (var i = 0; i < events.Count; i++)
        {
            last = events[i].EventType == EventType.WorkflowTaskStarted ? events[i].EventId : last;
        }

        var run = new WorkflowRun(_factory, history.Id, events[0].WorkflowExecutionStartedEventAttributes.OriginalExecutionRunId);
        try
        {
            // On a thread of the pool, as in a worker: the caller's may have a scheduler of its own.
            await Task.Run(() => run.AdvanceAsync(events, last, last, [])).ConfigureAwait(false);
            return null;
        }
        catch (WorkflowNondeterminismException e)
        {
            return new WorkflowNondeterminismException($"Nondeterminism in workflow '{history.Id}': {e.Message}");
        }
        catch (InvalidWorkflowOperationException e)
        {
            return e;
        }
        catch (Exception e)
        {
            return new InvalidWorkflowOperationException($"A workflow task of '{history.Id}' failed on replay: {e.GetType().Name}: {e.Message}", e);
        }
    }
}
