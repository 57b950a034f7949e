using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage;
using Temporalio.Api.Namespace.V1;

namespace Temporal.DevServer.Simulation;

/// <summary>History, matching and timers as the server puts them together, without its wire, over a store that can lose what was not durable.</summary>
internal sealed class SimulatedServer
{
    private readonly ErrorLog _log;

    private SimulatedServer(HistoryEngine engine, SimulatedStore disk, string namespaceId, ErrorLog log) =>
        (Engine, Disk, NamespaceId, _log) = (engine, disk, namespaceId, log);

    /// <summary>An error that the server logged, or null.</summary>
    public string? Error => _log.First;

    public HistoryEngine Engine { get; }

    public SimulatedStore Disk { get; }

    public string NamespaceId { get; }

    public static async Task<SimulatedServer> StartAsync(IRunStore durable, TimeProvider time, int runsInMemory)
    {
        var (store, disk) = SimulatedStore.Over(durable);
        disk.PassThrough = true;
        var options = new DevServerOptions { TimeProvider = time, RunsInMemory = runsInMemory };
        var namespaces = new NamespaceRegistry(store, options.Limits);
        namespaces.Load();
        await namespaces.EnsureAsync("default", new NamespaceInfo(), TimeSpan.FromDays(1));
        disk.PassThrough = false;
        var log = new ErrorLog();
        var engine = new HistoryEngine(store, new TaskQueues(time), namespaces, options, log);
        engine.Recover();
        return new SimulatedServer(engine, disk, namespaces.Get("default").Id, log);
    }

    /// <summary>Gone without a chance to tidy up.</summary>
    public async Task CrashAsync()
    {
        _log.Deaf = true;
        Disk.Crash();
        await Engine.DisposeAsync();
    }
}
