using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Server;
using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Benchmarks.Workers;

/// <summary>
/// A worker in a fresh process for one workflow that waits already. It says how many milliseconds passed from before it connected, and from the
/// start of the process, until the workflow's code ran, and how many of the first it used the processor.
/// </summary>
internal static class ColdWorker
{
    public const string Role = "cold-worker";

    public static async Task RunAsync(string address, string taskQueue)
    {
        var began = Stopwatch.GetTimestamp();
        var used = Environment.CpuUsage.TotalTime;
        var ran = new TaskCompletionSource<(double Worker, double Process, double Cpu)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = await TemporalClient.ConnectAsync(new(address));
        var options = new TemporalWorkerOptions(taskQueue).AddWorkflow<EmptyWorkflow>().AddAllActivities(typeof(BenchActivities), null);
        options.WorkflowTaskStarting += (_, _) => ran.TrySetResult(
            (Stopwatch.GetElapsedTime(began).TotalMilliseconds, (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds,
            (Environment.CpuUsage.TotalTime - used).TotalMilliseconds));
        using var worker = new TemporalWorker(client, options);
        await worker.ExecuteAsync(async () =>
        {
            var (sinceConnect, sinceStart, cpu) = await ran.Task;
            await ChildProcess.ServeAsync(string.Create(CultureInfo.InvariantCulture, $"{sinceConnect} {sinceStart} {cpu}"));
        });
    }
}
