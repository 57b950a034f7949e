using Temporalio.Client;

namespace Temporalio.Common.EnvConfig;

public sealed partial record ClientEnvConfig
{
    /// <summary>TLS of a profile; null is what is not configured.</summary>
    /// <param name="Disabled">Whether TLS stays off.</param>
    /// <param name="ServerName">Name to check the server's certificate against.</param>
    /// <param name="ServerRootCACert">PEM certificates that may vouch for the server.</param>
    /// <param name="ClientCert">PEM certificate the client shows.</param>
    /// <param name="ClientPrivateKey">PEM private key of the certificate.</param>
    public sealed record Tls(
        bool? Disabled = null, string? ServerName = null, DataSource? ServerRootCACert = null, DataSource? ClientCert = null, DataSource? ClientPrivateKey = null)
    {
        /// <summary>Makes TLS of its dictionary form: <c>disabled</c>, <c>server_name</c>, <c>server_ca_cert</c>, <c>client_cert</c>, <c>client_key</c>; other keys are ignored.</summary>
        /// <param name="dictionary">The dictionary; the last three are in the form of <see cref="DataSource.FromDictionary"/>.</param>
        /// <returns>The TLS configuration.</returns>
        /// <exception cref="ArgumentException">A value has another type.</exception>
        public static Tls FromDictionary(IReadOnlyDictionary<string, object> dictionary)
        {
            ArgumentNullException.ThrowIfNull(dictionary);
            return new(
                ConfigDictionary.Flag(dictionary, "disabled"),
                ConfigDictionary.Text(dictionary, "server_name"),
                DataSource.FromDictionary(ConfigDictionary.Texts(dictionary, "server_ca_cert")),
                DataSource.FromDictionary(ConfigDictionary.Texts(dictionary, "client_cert")),
                DataSource.FromDictionary(ConfigDictionary.Texts(dictionary, "client_key")));
        }

        /// <summary>The dictionary form, as <see cref="FromDictionary"/> reads it; without what is not configured.</summary>
        /// <returns>The dictionary.</returns>
        public Dictionary<string, object> ToDictionary()
        {
            var result = new Dictionary<string, object>(StringComparer.Ordinal);
            ConfigDictionary.Add(result, "disabled", Disabled);
            ConfigDictionary.Add(result, "server_name", ServerName);
            ConfigDictionary.Add(result, "server_ca_cert", ServerRootCACert?.ToDictionary());
            ConfigDictionary.Add(result, "client_cert", ClientCert?.ToDictionary());
            ConfigDictionary.Add(result, "client_key", ClientPrivateKey?.ToDictionary());
            return result;
        }

        /// <summary>TLS as options to connect with; files are read now, none when TLS is disabled.</summary>
        /// <returns>The options.</returns>
        /// <exception cref="IOException">A file cannot be read.</exception>
        public TlsOptions? ToTlsOptions() => Disabled == true
            ? new() { Disabled = true }
            : new()
            {
                Domain = string.IsNullOrEmpty(ServerName) ? null : ServerName,
                ServerRootCACert = ServerRootCACert?.GetBytes(),
                ClientCert = ClientCert?.GetBytes(),
                ClientPrivateKey = ClientPrivateKey?.GetBytes(),
            };
    }
}
