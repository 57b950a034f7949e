using System.Runtime.CompilerServices;
using Temporalio.Client;
using Temporalio.Worker;

namespace Temporalio.Common;

/// <summary>A plugin of clients and workers that adds what its options say.</summary>
public class SimplePlugin : ITemporalClientPlugin, ITemporalWorkerPlugin
{
    /// <summary>Creates a plugin.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What it adds. Default: nothing.</param>
    public SimplePlugin(string name, SimplePluginOptions? options = null)
    {
        Name = name;
        Options = options ?? new();
    }

    /// <inheritdoc cref="ITemporalClientPlugin.Name"/>
    public string Name { get; }

    /// <summary>What the plugin adds.</summary>
    public SimplePluginOptions Options { get; }

    /// <inheritdoc/>
    public virtual void ConfigureClient(TemporalClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.DataConverter = Replaced(options.DataConverter, Options.DataConverterOption);
        options.Interceptors = Extended(options.Interceptors, Options.ClientInterceptorsOption);
    }

    /// <inheritdoc/>
    public virtual Task<TemporalConnection> ConnectAsync(
        TemporalClientConnectOptions options, Func<TemporalClientConnectOptions, Task<TemporalConnection>> continuation) => continuation(options);

    /// <inheritdoc/>
    public virtual void ConfigureWorker(TemporalWorkerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Add(options.Activities, Options.Activities);
        Add(options.Workflows, Options.Workflows);
        options.Interceptors = Extended(options.Interceptors, Options.WorkerInterceptorsOption);
        options.WorkflowFailureExceptionTypes = Extended(options.WorkflowFailureExceptionTypes, Options.WorkflowFailureExceptionTypesOption);
    }

    /// <inheritdoc/>
    public virtual async Task<TResult> RunWorkerAsync<TResult>(
        TemporalWorker worker, Func<TemporalWorker, CancellationToken, Task<TResult>> continuation, CancellationToken stoppingToken)
    {
        await CallAsync(Options.RunContextBefore).ConfigureAwait(false);
        try
        {
            return await continuation(worker, stoppingToken).ConfigureAwait(false);
        }
        finally
        {
            await CallAsync(Options.RunContextAfter).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public virtual void ConfigureReplayer(WorkflowReplayerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Add(options.Workflows, Options.Workflows);
        options.DataConverter = Replaced(options.DataConverter, Options.DataConverterOption);
        options.Interceptors = Extended(options.Interceptors, Options.WorkerInterceptorsOption);
        options.WorkflowFailureExceptionTypes = Extended(options.WorkflowFailureExceptionTypes, Options.WorkflowFailureExceptionTypesOption);
    }

    /// <inheritdoc/>
    public virtual async Task<IEnumerable<WorkflowReplayResult>> ReplayWorkflowsAsync(
        WorkflowReplayer replayer, Func<WorkflowReplayer, CancellationToken, Task<IEnumerable<WorkflowReplayResult>>> continuation, CancellationToken cancellationToken)
    {
        await CallAsync(Options.RunContextBefore).ConfigureAwait(false);
        try
        {
            return await continuation(replayer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await CallAsync(Options.RunContextAfter).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public virtual async IAsyncEnumerable<WorkflowReplayResult> ReplayWorkflowsAsync(
        WorkflowReplayer replayer, Func<WorkflowReplayer, IAsyncEnumerable<WorkflowReplayResult>> continuation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CallAsync(Options.RunContextBefore).ConfigureAwait(false);
        try
        {
            await foreach (var result in continuation(replayer).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            await CallAsync(Options.RunContextAfter).ConfigureAwait(false);
        }
    }

    private static Task CallAsync(Func<Task>? function) => function?.Invoke() ?? Task.CompletedTask;

    private static void Add<T>(IList<T> to, IList<T> from)
    {
        foreach (var item in from)
        {
            to.Add(item);
        }
    }

    private static T Replaced<T>(T current, SimplePluginOptions.SimplePluginOption<T>? option) =>
        option is null ? current : option.Configurable is { } change ? change(current) : option.Constant ?? current;

    private static IReadOnlyCollection<T>? Extended<T>(IReadOnlyCollection<T>? current, SimplePluginOptions.SimplePluginOption<IReadOnlyCollection<T>?>? option) =>
        option is null ? current : option.Configurable is { } change ? change(current) : [.. current ?? [], .. option.Constant ?? []];
}
