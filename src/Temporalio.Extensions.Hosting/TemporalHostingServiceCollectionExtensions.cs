using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Temporalio.Client;
using Temporalio.Extensions.Hosting;
using Temporalio.Worker;

// The official package puts its entry points where callers of AddX look.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds workers and clients to services.</summary>
public static class TemporalHostingServiceCollectionExtensions
{
    /// <summary>Adds a worker that connects a client of its own and runs as long as the host.</summary>
    /// <param name="services">The services.</param>
    /// <param name="clientTargetHost">Host and port of the server.</param>
    /// <param name="clientNamespace">Namespace to work in.</param>
    /// <param name="taskQueue">Task queue to work on.</param>
    /// <param name="deploymentOptions">Deployment of the worker; null: none.</param>
    /// <returns>Builder for the worker's workflows, activities and options.</returns>
    /// <exception cref="InvalidOperationException">There is already a worker of this task queue and version.</exception>
    public static ITemporalWorkerServiceOptionsBuilder AddHostedTemporalWorker(
        this IServiceCollection services, string clientTargetHost, string clientNamespace, string taskQueue, WorkerDeploymentOptions? deploymentOptions = null) =>
        services.AddHostedTemporalWorker(taskQueue, deploymentOptions).Connecting(clientTargetHost, clientNamespace);

    /// <summary>Adds a worker that connects a client of its own and runs as long as the host.</summary>
    /// <param name="services">The services.</param>
    /// <param name="clientTargetHost">Host and port of the server.</param>
    /// <param name="clientNamespace">Namespace to work in.</param>
    /// <param name="taskQueue">Task queue to work on.</param>
    /// <param name="buildId">Build id of the worker.</param>
    /// <returns>Builder for the worker's workflows, activities and options.</returns>
    /// <exception cref="InvalidOperationException">There is already a worker of this task queue and version.</exception>
    [Obsolete("Use the overload with deployment options.")]
    public static ITemporalWorkerServiceOptionsBuilder AddHostedTemporalWorker(
        this IServiceCollection services, string clientTargetHost, string clientNamespace, string taskQueue, string buildId) =>
        services.AddHostedTemporalWorker(taskQueue, buildId).Connecting(clientTargetHost, clientNamespace);

    /// <summary>Adds a worker that runs as long as the host, on the client among the services unless its options say how to connect.</summary>
    /// <param name="services">The services.</param>
    /// <param name="taskQueue">Task queue to work on.</param>
    /// <param name="deploymentOptions">Deployment of the worker; null: none.</param>
    /// <returns>Builder for the worker's workflows, activities and options.</returns>
    /// <exception cref="InvalidOperationException">There is already a worker of this task queue and version.</exception>
    public static ITemporalWorkerServiceOptionsBuilder AddHostedTemporalWorker(
        this IServiceCollection services, string taskQueue, WorkerDeploymentOptions? deploymentOptions = null) =>
        Add(new TemporalWorkerServiceOptionsBuilder(taskQueue, deploymentOptions, services), options => options.DeploymentOptions = deploymentOptions);

    /// <summary>Adds a worker that runs as long as the host, on the client among the services unless its options say how to connect.</summary>
    /// <param name="services">The services.</param>
    /// <param name="taskQueue">Task queue to work on.</param>
    /// <param name="buildId">Build id of the worker.</param>
    /// <returns>Builder for the worker's workflows, activities and options.</returns>
    /// <exception cref="InvalidOperationException">There is already a worker of this task queue and version.</exception>
    [Obsolete("Use the overload with deployment options.")]
    public static ITemporalWorkerServiceOptionsBuilder AddHostedTemporalWorker(this IServiceCollection services, string taskQueue, string buildId) =>
        Add(
            new TemporalWorkerServiceOptionsBuilder(taskQueue, buildId, services),
            options =>
            {
                options.BuildId = buildId;
                options.UseWorkerVersioning = true;
            });

    /// <summary>Adds a client as singleton, unless there is one; it connects when first used.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configureClient">Changes how it connects.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddTemporalClient(this IServiceCollection services, Action<TemporalClientConnectOptions> configureClient)
    {
        services.AddTemporalClient().Configure(configureClient);
        return services;
    }

    /// <summary>Adds a client as singleton, unless there is one; it connects when first used and logs where the services log.</summary>
    /// <param name="services">The services.</param>
    /// <param name="clientTargetHost">Host and port of the server; null: set elsewhere.</param>
    /// <param name="clientNamespace">Namespace; null: set elsewhere.</param>
    /// <returns>Builder of the options of the connection.</returns>
    public static OptionsBuilder<TemporalClientConnectOptions> AddTemporalClient(
        this IServiceCollection services, string? clientTargetHost = null, string? clientNamespace = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<ITemporalClient>(provider =>
            TemporalClient.CreateLazy(provider.GetRequiredService<IOptions<TemporalClientConnectOptions>>().Value));
        return services.AddOptions<TemporalClientConnectOptions>().Configure<IServiceProvider>((options, provider) =>
        {
            options.TargetHost = clientTargetHost ?? options.TargetHost;
            options.Namespace = clientNamespace ?? options.Namespace;
            options.LoggerFactory = provider.GetService<ILoggerFactory>() ?? options.LoggerFactory;
        });
    }

    private static ITemporalWorkerServiceOptionsBuilder Connecting(this ITemporalWorkerServiceOptionsBuilder builder, string targetHost, string clientNamespace) =>
        builder.ConfigureOptions(options => options.ClientOptions = new(targetHost) { Namespace = clientNamespace });

    private static TemporalWorkerServiceOptionsBuilder Add(TemporalWorkerServiceOptionsBuilder builder, Action<TemporalWorkerServiceOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(builder.TaskQueue, "taskQueue");
        builder.ConfigureOptions(disallowDuplicates: true).Configure(options =>
        {
            options.TaskQueue = builder.TaskQueue;
            configure(options);
        });

        // Not AddHostedService: that adds each type once, and there may be several workers.
        var id = TemporalWorkerServiceIdentifier.Of(builder);
        builder.Services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<TemporalWorkerService>(provider, id));
        return builder;
    }
}
