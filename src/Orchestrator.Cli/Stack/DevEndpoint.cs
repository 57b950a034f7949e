using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orchestrator.Cli.Settings;
using Temporal.DevServer;

namespace Orchestrator.Cli.Stack;

/// <summary>Where the <c>orchestrator dev</c> of a folder listens, left in a file while it runs.</summary>
public sealed record DevEndpoint(string Address, int ProcessId)
{
    /// <summary>Writes the file.</summary>
    public static void Announce(LocalSettings settings, string address) =>
        File.WriteAllText(settings.DevFile, JsonSerializer.Serialize(new DevEndpoint(address, Environment.ProcessId)));

    /// <summary>Removes the file.</summary>
    public static void Withdraw(LocalSettings settings) => File.Delete(settings.DevFile);

    /// <summary>
    /// The address, when the server listens there. A file left by a process that was killed is ignored, also where another folder's server has its port since: nobody has this folder's database then.
    /// </summary>
    public static async Task<string?> FindAsync(LocalSettings settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(settings.DevFile) || !TemporalDevServer.IsUsing(settings.Database))
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(settings.DevFile, cancellationToken);
        return TryRead(text) is { } endpoint && await AnswersAsync(endpoint.Address, cancellationToken)
            ? endpoint.Address
            : null;
    }

    private static DevEndpoint? TryRead(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<DevEndpoint>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<bool> AnswersAsync(string address, CancellationToken cancellationToken)
    {
        var endpoint = IPEndPoint.Parse(address);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(endpoint, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
