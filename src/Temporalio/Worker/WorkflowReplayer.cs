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
    private readonly ITemporalWorkerPlugin[] _plugins;

    /// <summary>Creates a replayer.</summary>
    /// <param name="options">Options; copied.</param>
    /// <exception cref="ArgumentException">There is no workflow, or two of one name.</exception>
    public WorkflowReplayer(WorkflowReplayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = (WorkflowReplayerOptions)options.Clone();
        _plugins = [.. Options.Plugins ?? []];
        foreach (var plugin in _plugins)
        {
            plugin.ConfigureReplayer(Options);
        }

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
            Activated = Options.Activated,
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
        return _plugins.Length == 0
            ? await ReplayOneAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false)
            : (await ReplayWorkflowsAsync([history], throwOnReplayFailure, cancellationToken).ConfigureAwait(false)).Single();
    }

    private async Task<WorkflowReplayResult> ReplayOneAsync(WorkflowHistory history, bool throwOnReplayFailure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var failure = await ReplayAsync(history).ConfigureAwait(false);
        return failure is not null && throwOnReplayFailure ? throw failure : new(history, failure);
    }

    /// <summary>Replays histories one after the other.</summary>
    /// <param name="histories">The histories.</param>
    /// <param name="throwOnReplayFailure">Whether the first failure is thrown instead of returned.</param>
    /// <param name="cancellationToken">Stops between two histories.</param>
    /// <returns>The results in the same order.</returns>
    public Task<IEnumerable<WorkflowReplayResult>> ReplayWorkflowsAsync(
        IEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(histories);
        Func<WorkflowReplayer, CancellationToken, Task<IEnumerable<WorkflowReplayResult>>> replay = (replayer, stop) => replayer.ReplayAllAsync(histories, throwOnReplayFailure, stop);
        return _plugins.Reverse().Aggregate(replay, static (next, plugin) => (replayer, stop) => plugin.ReplayWorkflowsAsync(replayer, next, stop))(this, cancellationToken);
    }

    private async Task<IEnumerable<WorkflowReplayResult>> ReplayAllAsync(
        IEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure, CancellationToken cancellationToken)
    {
        var results = new List<WorkflowReplayResult>();
        foreach (var history in histories)
        {
            results.Add(await ReplayOneAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    /// <summary>Replays histories as they come.</summary>
    /// <param name="histories">The histories.</param>
    /// <param name="throwOnReplayFailure">Whether the first failure is thrown instead of returned.</param>
    /// <param name="cancellationToken">Stops between two histories.</param>
    /// <returns>The results in the same order.</returns>
    public IAsyncEnumerable<WorkflowReplayResult> ReplayWorkflowsAsync(
        IAsyncEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(histories);
        Func<WorkflowReplayer, IAsyncEnumerable<WorkflowReplayResult>> replay = replayer => replayer.ReplayStreamAsync(histories, throwOnReplayFailure, cancellationToken);
        return _plugins.Reverse().Aggregate(replay, (next, plugin) => replayer => plugin.ReplayWorkflowsAsync(replayer, next, cancellationToken))(this);
    }

    private async IAsyncEnumerable<WorkflowReplayResult> ReplayStreamAsync(
        IAsyncEnumerable<WorkflowHistory> histories, bool throwOnReplayFailure, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var history in histories.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return await ReplayOneAsync(history, throwOnReplayFailure, cancellationToken).ConfigureAwait(false);
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
