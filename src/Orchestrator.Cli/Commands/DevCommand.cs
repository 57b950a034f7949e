using System.CommandLine;
using Orchestrator.Activities.Triggers;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator dev</c>: the embedded server and a worker until Ctrl+C, for the <c>temporal</c> CLI, the Web UI and other workers.</summary>
internal static class DevCommand
{
    private static readonly Option<int?> Port = new("--port") { Description = "Port of the embedded server; 0 takes a free one. Default: 7233." };
    private static readonly Option<int?> MetricsPort = new("--metrics-port") { Description = "Loopback port for /healthz and /metrics; 0 takes a free one. Default: neither is served." };
    private static readonly Option<bool> NoWorker = new("--no-worker") { Description = "Start only the server." };

    public static Command Create()
    {
        var command = new Command("dev", "Run the embedded Temporal server and a worker until Ctrl+C.") { Port, MetricsPort, NoWorker };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        settings = settings with { Address = null, Port = call.GetValue(Port) ?? settings.Port, MetricsPort = call.GetValue(MetricsPort) ?? settings.MetricsPort };
        var json = call.GetValue(GlobalOptions.Json);
        await using var stack = await LocalStack.ConnectAsync(settings, Logs.Open(settings.Logs, "dev", console: !json), anyPort: false, cancellationToken);
        if (!stack.IsEmbedded)
        {
            throw new UnavailableException($"'orchestrator dev' already runs for this folder at {stack.Address}. Help: use it, or stop it first.", new InvalidOperationException("already running"));
        }

        var worker = !call.GetValue(NoWorker);
        if (worker)
        {
            stack.StartWorker(settings);
        }

        DevEndpoint.Announce(settings, stack.Address);
        try
        {
            if (json)
            {
                JsonOutput.Write(new { address = stack.Address, metrics = stack.MetricsAddress, @namespace = settings.Namespace, worker, lake = settings.Lake });
            }
            else
            {
                Console.WriteLine($"Temporal service at {stack.Address}, namespace '{settings.Namespace}', database {settings.Database}");
                Console.WriteLine(worker ? $"Worker on task queue '{settings.TaskQueue}', lake {settings.Lake}" : "No worker: start one with 'orchestrator worker'");
                if (stack.MetricsAddress is { } metrics)
                {
                    Console.WriteLine($"Metrics at http://{metrics}/metrics, health at http://{metrics}/healthz");
                }

                Console.WriteLine(await SchedulesAsync(stack, settings, cancellationToken));
                Console.WriteLine($"Try: temporal workflow list --address {stack.Address}     Ctrl+C stops.");
            }

            await Until.StoppedAsync(stack.Worker, worker, cancellationToken);
            return ExitCodes.Ok;
        }
        finally
        {
            DevEndpoint.Withdraw(settings);
        }
    }

    /// <summary>Which pipelines start by themselves here, and which would if they were applied.</summary>
    private static async Task<string> SchedulesAsync(LocalStack stack, LocalSettings settings, CancellationToken cancellationToken)
    {
        var known = KnownPipelines.Load(settings);
        var changes = await new ScheduleSync(stack.Client, settings.TaskQueue).CompareAsync(known.Specs, null, cancellationToken);
        var (applied, others) = (Names("none"), Names("create", "update", "watch", "delete"));
        return (applied.Length > 0 ? $"Start by themselves: {applied}" : "No pipeline starts by itself")
            + (others.Length > 0 ? $"; not as declared: {others} ('orchestrator schedule apply')" : "")
            + (known.Broken.Count > 0 ? $"; not sound, so left out: {string.Join(", ", known.Broken.Select(b => Path.GetFileName(b.Folder)))} ('orchestrator validate')" : "");

        string Names(params string[] actions) => string.Join(", ", changes.Where(c => actions.Contains(c.Action)).Select(c => c.Pipeline).Distinct());
    }
}
