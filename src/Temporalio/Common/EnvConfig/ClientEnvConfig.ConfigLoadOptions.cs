namespace Temporalio.Common.EnvConfig;

public sealed partial record ClientEnvConfig
{
    /// <summary>Options for loading all profiles.</summary>
    public class ConfigLoadOptions : ICloneable
    {
        /// <summary>The configuration. Default: unset, the file of <c>TEMPORAL_CONFIG_FILE</c>, else <c>temporalio/temporal.toml</c> in the system's configuration folder.</summary>
        public DataSource? ConfigSource { get; set; }

        /// <summary>Whether unknown keys are an error. Default: false, they are ignored.</summary>
        public bool ConfigFileStrict { get; set; }

        /// <summary>Variables to use in place of the process's. Default: unset.</summary>
        public IReadOnlyDictionary<string, string>? OverrideEnvVars { get; set; }

        /// <summary>Makes a copy.</summary>
        /// <returns>The copy.</returns>
        public virtual object Clone() => MemberwiseClone();
    }
}
