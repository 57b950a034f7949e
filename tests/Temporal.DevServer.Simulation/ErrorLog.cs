using Microsoft.Extensions.Logging;

namespace Temporal.DevServer.Simulation;

/// <summary>Keeps the first error that the server logged while it ran: there must be none.</summary>
internal sealed class ErrorLog : ILogger
{
    public string? First { get; private set; }

    /// <summary>From the crash on the server may say what it likes.</summary>
    public bool Deaf { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!Deaf && logLevel >= LogLevel.Error)
        {
            First ??= $"the server logged '{formatter(state, exception)}' {exception}";
        }
    }
}
