using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using ILoggerFactory = Microsoft.Extensions.Logging.ILoggerFactory;

namespace Orchestrator.Workers;

/// <summary>Structured logs, one JSON object a line, in a file a day; warnings and errors also on standard error when asked.</summary>
public static class Logs
{
    /// <summary>Opens <c>{folder}/{name}-yyyyMMdd.log</c>; two weeks of files are kept.</summary>
    /// <param name="folder">Folder of the log files; created when absent.</param>
    /// <param name="name">What the process is: <c>run</c>, <c>worker</c>, <c>dev</c>.</param>
    /// <param name="console">Also write warnings and errors to standard error.</param>
    public static ILoggerFactory Open(string folder, string name, bool console)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Information()
            .Enrich.WithProperty("ProcessId", Environment.ProcessId)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(folder, $"{name}-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 14,
                shared: true);
        if (console)
        {
            configuration = configuration.WriteTo.Console(
                restrictedToMinimumLevel: LogEventLevel.Warning,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}",
                standardErrorFromLevel: LogEventLevel.Verbose,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        }

        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }
}
