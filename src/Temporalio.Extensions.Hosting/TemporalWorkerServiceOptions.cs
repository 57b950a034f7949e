using Temporalio.Client;
using Temporalio.Worker;

namespace Temporalio.Extensions.Hosting;

/// <summary>Options of a hosted worker.</summary>
public class TemporalWorkerServiceOptions : TemporalWorkerOptions
{
    /// <summary>Creates options; the task queue must be set before use.</summary>
    public TemporalWorkerServiceOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="taskQueue">Task queue to work on.</param>
    public TemporalWorkerServiceOptions(string taskQueue)
        : base(taskQueue)
    {
    }

    /// <summary>How the worker connects a client of its own. Default: unset, it uses the client among the services.</summary>
    public TemporalClientConnectOptions? ClientOptions { get; set; }

    /// <summary>Through which the worker's client may be exchanged while it runs. Default: unset, it cannot.</summary>
    public TemporalWorkerClientUpdater? WorkerClientUpdater { get; set; }

    /// <summary>Makes a copy with lists and connect options of its own; the updater stays the same.</summary>
    /// <returns>The copy.</returns>
    public override object Clone()
    {
        var copy = (TemporalWorkerServiceOptions)base.Clone();
        copy.ClientOptions = (TemporalClientConnectOptions?)ClientOptions?.Clone();
        return copy;
    }
}
