namespace Temporalio.Common.EnvConfig;

public sealed partial record ClientEnvConfig
{
    /// <summary>Options for loading one profile.</summary>
    public class ProfileLoadOptions : ICloneable
    {
        /// <summary>Name of the profile. Default: unset, that of <c>TEMPORAL_PROFILE</c>, else <c>default</c>.</summary>
        public string? Profile { get; set; }

        /// <inheritdoc cref="ConfigLoadOptions.ConfigSource"/>
        public DataSource? ConfigSource { get; set; }

        /// <summary>Whether no file is read. Default: false.</summary>
        public bool DisableFile { get; set; }

        /// <summary>Whether variables change nothing in the profile. Default: false. <c>TEMPORAL_CONFIG_FILE</c> still names the file.</summary>
        public bool DisableEnv { get; set; }

        /// <inheritdoc cref="ConfigLoadOptions.ConfigFileStrict"/>
        public bool ConfigFileStrict { get; set; }

        /// <inheritdoc cref="ConfigLoadOptions.OverrideEnvVars"/>
        public IReadOnlyDictionary<string, string>? OverrideEnvVars { get; set; }

        /// <summary>Makes a copy.</summary>
        /// <returns>The copy.</returns>
        public virtual object Clone() => MemberwiseClone();
    }
}
