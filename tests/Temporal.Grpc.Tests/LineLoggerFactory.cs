using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Temporal.Grpc.Tests;

/// <summary>Collects every log message as one line that starts with its level.</summary>
internal sealed class LineLoggerFactory(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Lines are collected here only.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel} {formatter(state, exception)}");

    public void Dispose()
    {
        // Nothing is held.
    }
}
