namespace Temporalio.Client;

/// <summary>Changes how clients are set up and connected.</summary>
public interface ITemporalClientPlugin
{
    /// <summary>Name of the plugin.</summary>
    string Name { get; }

    /// <summary>Changes the options of a client before it is made.</summary>
    /// <param name="options">The options, a copy of the caller's.</param>
    void ConfigureClient(TemporalClientOptions options);

    /// <summary>Makes the connection of a client.</summary>
    /// <param name="options">The options.</param>
    /// <param name="continuation">The rest of the chain; connects in the end.</param>
    /// <returns>The connection.</returns>
    Task<TemporalConnection> ConnectAsync(
        TemporalClientConnectOptions options, Func<TemporalClientConnectOptions, Task<TemporalConnection>> continuation);
}
