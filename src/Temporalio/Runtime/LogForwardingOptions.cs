using Microsoft.Extensions.Logging;

namespace Temporalio.Runtime;

/// <summary>Sends the log messages of workers to a logger of the runtime, besides the worker's own logger.</summary>
public class LogForwardingOptions : ICloneable
{
    /// <summary>Creates options without a logger; one must be set before use.</summary>
    public LogForwardingOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="logger">Where the messages go.</param>
    public LogForwardingOptions(ILogger logger) => Logger = logger;

    /// <summary>Where the messages go. Must be set.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Whether the values of a message travel with it as named fields, besides standing in its text. Default: true.</summary>
    public bool IncludeFields { get; set; } = true;

    /// <summary>Makes a copy; the logger is shared.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
