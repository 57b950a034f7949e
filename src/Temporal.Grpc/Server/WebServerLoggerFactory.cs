using Microsoft.Extensions.Logging;

namespace Temporal.Grpc.Server;

/// <summary>The given loggers, less what the web server wrongly says of a clear-text port: that it will not serve HTTP/2.</summary>
internal sealed class WebServerLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private const string Category = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Http2Disabled = "Http2DisabledWithHttp1AndNoTls";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return categoryName == Category ? new Filtered(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The loggers belong to who gave them.
    }

    private sealed class Filtered(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name != Http2Disabled)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
