using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Temporalio.Tests.Fakes;

/// <summary>Keeps every line that is logged.</summary>
internal sealed class LogSink : ILogger, ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Text, IReadOnlyList<KeyValuePair<string, object?>> Fields)> Messages { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue((logLevel, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>> ?? []));

    public void Dispose() => Messages.Clear();
}
