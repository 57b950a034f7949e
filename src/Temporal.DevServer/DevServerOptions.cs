using Microsoft.Extensions.Logging;

namespace Temporal.DevServer;

/// <summary>Settings of a <see cref="TemporalDevServer"/>. Read once at start.</summary>
public sealed class DevServerOptions
{
    /// <summary>The address to listen on. Default: 127.0.0.1.</summary>
    public string Ip { get; set; } = "127.0.0.1";

    /// <summary>The port. Default: 0, any free one.</summary>
    public int Port { get; set; }

    /// <summary>The database file, made when absent. Default: null, everything stays in memory and ends with the server.</summary>
    public string? DatabaseFile { get; set; }

    /// <summary>Namespaces to have from the start. Default: <c>default</c>.</summary>
    public IReadOnlyList<string> Namespaces { get; set; } = ["default"];

    /// <summary>Limits; see there.</summary>
    public ServerLimits Limits { get; set; } = new();

    /// <summary>
    /// How many open runs stay in memory, the longest unused leave first and come back when they are needed. Of closed runs it is a
    /// twentieth. Default: 10,000.
    /// </summary>
    public int RunsInMemory { get; set; } = 10_000;

    /// <summary>Where logs go. Default: null, nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock of all deadlines. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
