using System.Reflection;
using Temporalio.Client;

namespace Temporalio.Testing;

/// <summary>
/// The server embedded in the process. The SDK does not depend on it: it is found by name, and only when a test asks for it, in an
/// assembly that the test program references by itself.
/// </summary>
internal sealed class EmbeddedServer : ILocalServer
{
    private const string Assembly = "Temporal.DevServer";
    private readonly IAsyncDisposable _server;

    private EmbeddedServer(IAsyncDisposable server, string address)
    {
        _server = server;
        Address = address;
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public bool KnowsSearchAttributes => false;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    internal static async Task<ILocalServer> StartAsync(TemporalClientConnectOptions options, string? databaseFile = null, bool timeSkipping = false)
    {
        var serverType = Find("TemporalDevServer");
        var optionsType = Find("DevServerOptions");
        var serverOptions = Activator.CreateInstance(optionsType)!;
        Set(serverOptions, "DatabaseFile", databaseFile);
        Set(serverOptions, "TimeSkipping", timeSkipping);
        Set(serverOptions, "Namespaces", new[] { options.Namespace });
        if (options.TargetHost is { } target && target.LastIndexOf(':') is > 0 and var colon)
        {
            Set(serverOptions, "Ip", target[..colon] is "localhost" ? "127.0.0.1" : target[..colon]);
            Set(serverOptions, "Port", int.Parse(target[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        }

        var start = serverType.GetMethod("StartAsync", [optionsType, typeof(CancellationToken)]) ?? throw Unfit("StartAsync");
        var starting = (Task)start.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [serverOptions, CancellationToken.None], null)!;
        await starting.ConfigureAwait(false);
        var server = starting.GetType().GetProperty("Result")!.GetValue(starting)!;
        return new EmbeddedServer((IAsyncDisposable)server, (string)(serverType.GetProperty("Address")?.GetValue(server) ?? throw Unfit("Address")));
    }

    private static Type Find(string name) => Type.GetType($"{Assembly}.{name}, {Assembly}")
        ?? throw new InvalidOperationException(
            $"No server to start: the assembly '{Assembly}' is not part of this program. Help: reference it from the test project, or set DevServerOptions.ExistingPath to the 'temporal' tool.");

    private static void Set(object target, string property, object? value) =>
        (target.GetType().GetProperty(property) ?? throw Unfit(property)).SetValue(target, value);

    private static InvalidOperationException Unfit(string member) => new($"The embedded server has no '{member}': its version does not fit this SDK.");
}
