namespace Temporalio.Worker;

/// <summary>Changes how workers and replayers are set up and run. A client plugin that is one too applies to the workers of its client.</summary>
public interface ITemporalWorkerPlugin
{
    /// <summary>Name of the plugin.</summary>
    string Name { get; }

    /// <summary>Changes the options of a worker before it is made.</summary>
    /// <param name="options">The options, a copy of the caller's.</param>
    void ConfigureWorker(TemporalWorkerOptions options);

    /// <summary>Runs a worker.</summary>
    /// <typeparam name="TResult">Type of the result.</typeparam>
    /// <param name="worker">The worker.</param>
    /// <param name="continuation">The rest of the chain; runs the worker in the end.</param>
    /// <param name="stoppingToken">Stops the worker.</param>
    /// <returns>The result of the worker.</returns>
    Task<TResult> RunWorkerAsync<TResult>(
        TemporalWorker worker, Func<TemporalWorker, CancellationToken, Task<TResult>> continuation, CancellationToken stoppingToken);

    /// <summary>Changes the options of a replayer before it is made.</summary>
    /// <param name="options">The options, a copy of the caller's.</param>
    void ConfigureReplayer(WorkflowReplayerOptions options);

    /// <summary>Replays histories.</summary>
    /// <param name="replayer">The replayer.</param>
    /// <param name="continuation">The rest of the chain; replays in the end.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    /// <returns>The results.</returns>
    Task<IEnumerable<WorkflowReplayResult>> ReplayWorkflowsAsync(
        WorkflowReplayer replayer, Func<WorkflowReplayer, CancellationToken, Task<IEnumerable<WorkflowReplayResult>>> continuation, CancellationToken cancellationToken);

    /// <summary>Replays histories as they come.</summary>
    /// <param name="replayer">The replayer.</param>
    /// <param name="continuation">The rest of the chain; replays in the end.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    /// <returns>The results.</returns>
    IAsyncEnumerable<WorkflowReplayResult> ReplayWorkflowsAsync(
        WorkflowReplayer replayer, Func<WorkflowReplayer, IAsyncEnumerable<WorkflowReplayResult>> continuation, CancellationToken cancellationToken);
}
