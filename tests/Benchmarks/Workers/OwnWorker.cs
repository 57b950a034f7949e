using System.Globalization;
using Orchestrator.Benchmarks.Server;
using Orchestrator.Benchmarks.Soak;
using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Benchmarks.Workers;

/// <summary>Our own worker in a process of its own, with the settings of <c>TypeScript/worker.js</c>.</summary>
internal static class OwnWorker
{
    public const string Role = "own-worker";

    /// <summary>Asks for the managed bytes in use after a full collection.</summary>
    public const string AskLiveBytes = "live";

    /// <summary>Asks for the managed bytes allocated since the start.</summary>
    public const string AskAllocatedBytes = "allocated";

    public static async Task RunAsync(string address, string taskQueue, int maxCachedWorkflows)
    {
        var client = await TemporalClient.ConnectAsync(new(address));
        var options = new TemporalWorkerOptions(taskQueue)
        {
            MaxCachedWorkflows = maxCachedWorkflows,
            MaxConcurrentWorkflowTasks = 200,
            MaxConcurrentActivities = 200,
            MaxConcurrentWorkflowTaskPolls = 10,
            MaxConcurrentActivityTaskPolls = 10,
        };
        options.AddWorkflow<EmptyWorkflow>().AddWorkflow<OneActivityWorkflow>().AddWorkflow<LocalActivityWorkflow>().AddWorkflow<SequenceWorkflow>()
            .AddWorkflow<FanOutWorkflow>().AddWorkflow<TimerWorkflow>().AddWorkflow<ChildrenWorkflow>().AddWorkflow<SinkWorkflow>().AddWorkflow<SoakWorkflow>()
            .AddAllActivities(typeof(BenchActivities), null).AddAllActivities(typeof(SoakActivities), null);
        using var worker = new TemporalWorker(client, options);
        await worker.ExecuteAsync(() => ChildProcess.ServeAsync(taskQueue, Answer));
    }

    /// <summary>Starts the worker in a child process.</summary>
    public static Task<ChildProcess> StartAsync(string address, string taskQueue, int maxCachedWorkflows, CancellationToken cancellationToken) =>
        ChildProcess.StartAsync(Role, [address, taskQueue, maxCachedWorkflows.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    private static string Answer(string question)
    {
        // Twice: what waits for finalizers is free after the second collection only.
        for (var round = 0; round < 2 && question == AskLiveBytes; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (question == AskLiveBytes ? GC.GetTotalMemory(forceFullCollection: true) : GC.GetTotalAllocatedBytes()).ToString(CultureInfo.InvariantCulture);
    }
}
