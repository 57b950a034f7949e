using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporalio.Runtime;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Runtime;

public sealed class LogForwardingTests
{
    [Theory]
    [InlineData("INFO", LogLevel.Information)]
    [InlineData("ERROR,temporal_sdk_core=DEBUG", LogLevel.Debug)]
    [InlineData("warn,temporal_client=error,temporal_sdk_core=info", LogLevel.Information)]
    [InlineData("other=TRACE", LogLevel.None)]
    [InlineData("OFF", LogLevel.None)]
    [InlineData("", LogLevel.None)]
    public void FilterString_OfKnownForm_GivesTheLeastLevel(string filter, LogLevel least) =>
        Assert.Equal(least, new TelemetryFilterOptions(filter).ToLogLevel());

    [Fact]
    public void FilterString_Default_IsWarnings() => Assert.Equal(LogLevel.Warning, new TelemetryFilterOptions().ToLogLevel());

    [Fact]
    public void FilterString_WithoutALevel_IsRefused() =>
        Assert.Contains("'loud'", Assert.Throws<ArgumentException>(() => Runtime(new() { Filter = new("loud") })).Message, StringComparison.Ordinal);

    [Fact]
    public void Forwarding_WithoutALogger_IsRefused() => Assert.Throws<ArgumentException>(() => Runtime(new() { Forwarding = new() }));

    [Fact]
    public void Forwarding_WorkerMessages_ReachBothLoggersFromTheirLevelOn()
    {
        var (own, forwarded) = (new LogSink(), new LogSink());
        var runtime = Runtime(new(new TelemetryFilterOptions(TelemetryFilterOptions.Level.Warn)) { Forwarding = new(forwarded) });
        var factory = runtime.ForwardedLog!.Beside(LoggerFactory.Create(b => b.AddProvider(own).SetMinimumLevel(LogLevel.Trace)));

        factory.CreateLogger("Temporalio.Worker").LogInformation("one {Number}", 1);
        factory.CreateLogger("Temporalio.Worker").LogWarning("two {Number}", 2);
        factory.CreateLogger("Temporalio.Workflow:X").LogError("three");

        Assert.Equal(["one 1", "two 2", "three"], own.Messages.Select(m => m.Text));
        var (_, text, fields) = Assert.Single(forwarded.Messages);
        Assert.Equal("two 2", text);
        Assert.Contains(new("Number", 2), fields);
    }

    [Fact]
    public void Forwarding_WithoutFields_GivesTheTextOnly()
    {
        var forwarded = new LogSink();
        var runtime = Runtime(new() { Forwarding = new(forwarded) { IncludeFields = false } });

        runtime.ForwardedLog!.Beside(NullLoggerFactory.Instance).CreateLogger("Temporalio.Worker").LogError("two {Number}", 2);

        var (_, text, fields) = Assert.Single(forwarded.Messages);
        Assert.Equal("two 2", text);
        Assert.Empty(fields);
    }

    private static TemporalRuntime Runtime(LoggingOptions logging) => new(new(new() { Logging = logging }));
}
