using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Temporalio.Runtime;

/// <summary>The logger that a runtime's options name, with their filter.</summary>
internal sealed class ForwardedLog : ILogger
{
    private readonly ILogger _target;
    private readonly LogLevel _least;
    private readonly bool _fields;

    private ForwardedLog(ILogger target, LogLevel least, bool fields) => (_target, _least, _fields) = (target, least, fields);

    /// <summary>The logger; null when nothing is forwarded.</summary>
    /// <exception cref="ArgumentException">Forwarding has no logger, or the filter cannot be read.</exception>
    public static ForwardedLog? Create(LoggingOptions? options)
    {
        if (options is null)
        {
            return null;
        }

        var least = options.Filter.ToLogLevel();
        if (options.Forwarding is not { } forwarding)
        {
            return null;
        }

        return new(
            forwarding.Logger ?? throw new ArgumentException("Log forwarding has no logger. Help: set LogForwardingOptions.Logger."),
            least,
            forwarding.IncludeFields);
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _target.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= _least && _target.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        if (_fields)
        {
            _target.Log(logLevel, eventId, state, exception, formatter);
        }
        else
        {
            _target.Log(logLevel, eventId, formatter(state, exception), exception, static (text, _) => text);
        }
    }

    /// <summary>A factory whose loggers of workers also write here; others are the inner factory's own.</summary>
    public ILoggerFactory Beside(ILoggerFactory inner) => new Factory(inner, this);

    private sealed class Factory(ILoggerFactory inner, ForwardedLog forwarded) : ILoggerFactory
    {
        private const string Own = "Temporalio.Worker";

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public ILogger CreateLogger(string categoryName)
        {
            var logger = inner.CreateLogger(categoryName);
            return categoryName != Own ? logger : logger is NullLogger ? forwarded : new Both(logger, forwarded);
        }

        // The inner factory belongs to whoever made it.
        public void Dispose() => GC.SuppressFinalize(this);
    }

    private sealed class Both(ILogger first, ILogger second) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => first.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => first.IsEnabled(logLevel) || second.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            first.Log(logLevel, eventId, state, exception, formatter);
            second.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
