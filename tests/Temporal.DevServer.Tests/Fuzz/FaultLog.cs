using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Temporal.DevServer.Tests.Fuzz;

/// <summary>Keeps what is logged as an error.</summary>
internal sealed class FaultLog : ILoggerFactory, ILogger
{
    /// <summary>One of each kind, by where it was thrown.</summary>
    public ConcurrentDictionary<string, string> Faults { get; } = new(StringComparer.Ordinal);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Logs go nowhere else.");

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && Faults.Count < 100)
        {
            var where = exception?.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("Temporal.DevServer", StringComparison.Ordinal)) ?? eventId.ToString();
            Faults.TryAdd($"{exception?.GetType().Name} {where}", $"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
