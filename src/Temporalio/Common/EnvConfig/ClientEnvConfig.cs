using Temporalio.Client;

namespace Temporalio.Common.EnvConfig;

/// <summary>Client configuration of a file <c>temporal.toml</c>: named profiles. Environment variables are laid over a profile when it is loaded.</summary>
/// <param name="Profiles">The profiles by name.</param>
public sealed partial record ClientEnvConfig(IReadOnlyDictionary<string, ClientEnvConfig.Profile> Profiles)
{
    /// <summary>Makes a configuration of its dictionary form.</summary>
    /// <param name="profileDictionaries">Each profile in the form of <see cref="Profile.FromDictionary"/>.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentException">A value has another type.</exception>
    public static ClientEnvConfig FromDictionary(IReadOnlyDictionary<string, Dictionary<string, object>> profileDictionaries)
    {
        ArgumentNullException.ThrowIfNull(profileDictionaries);
        return new(profileDictionaries.ToDictionary(p => p.Key, p => Profile.FromDictionary(p.Value), StringComparer.Ordinal));
    }

    /// <summary>Loads all profiles of the file; a file that is not there has none.</summary>
    /// <param name="options">Options. Default: the file that the environment or the system's configuration folder names.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidOperationException">The file is wrong; the message names line and column.</exception>
    public static ClientEnvConfig Load(ConfigLoadOptions? options = null)
    {
        options ??= new();
        return new(ConfigFile.Load(options.ConfigSource, new(options.OverrideEnvVars), options.ConfigFileStrict));
    }

    /// <summary>Loads one profile as options of a client.</summary>
    /// <param name="options">Options. Default: the profile that the environment names, else <c>default</c>.</param>
    /// <returns>Options to connect with. What is not configured has its default.</returns>
    /// <exception cref="InvalidOperationException">The configuration is wrong, or the named profile is not there.</exception>
    public static TemporalClientConnectOptions LoadClientConnectOptions(ProfileLoadOptions? options = null) =>
        Profile.Load(options).ToClientConnectionOptions();

    /// <summary>The dictionary form.</summary>
    /// <returns>Each profile in the form of <see cref="Profile.ToDictionary"/>.</returns>
    public IReadOnlyDictionary<string, Dictionary<string, object>> ToDictionary() =>
        Profiles.ToDictionary(p => p.Key, p => p.Value.ToDictionary(), StringComparer.Ordinal);
}
