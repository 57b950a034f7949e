using Temporalio.Client;

namespace Temporalio.Common.EnvConfig;

public sealed partial record ClientEnvConfig
{
    /// <summary>One profile; null is what is not configured.</summary>
    /// <param name="Address">The server as <c>host:port</c>.</param>
    /// <param name="Namespace">The namespace.</param>
    /// <param name="ApiKey">Key sent as bearer token; turns TLS on unless <paramref name="Tls"/> says otherwise.</param>
    /// <param name="Tls">TLS.</param>
    /// <param name="GrpcMeta">Metadata sent with every call; names in lower case.</param>
    public sealed record Profile(
        string? Address = null, string? Namespace = null, string? ApiKey = null, Tls? Tls = null, IReadOnlyDictionary<string, string>? GrpcMeta = null)
    {
        /// <summary>Makes a profile of its dictionary form: <c>address</c>, <c>namespace</c>, <c>api_key</c>, <c>tls</c>, <c>grpc_meta</c>; other keys are ignored.</summary>
        /// <param name="dictionary">The dictionary.</param>
        /// <returns>The profile.</returns>
        /// <exception cref="ArgumentException">A value has another type.</exception>
        public static Profile FromDictionary(IReadOnlyDictionary<string, object> dictionary)
        {
            ArgumentNullException.ThrowIfNull(dictionary);
            return new(
                ConfigDictionary.Text(dictionary, "address"),
                ConfigDictionary.Text(dictionary, "namespace"),
                ConfigDictionary.Text(dictionary, "api_key"),
                ConfigDictionary.Table(dictionary, "tls") is { } tls ? Tls.FromDictionary(tls) : null,
                ConfigDictionary.Texts(dictionary, "grpc_meta"));
        }

        /// <summary>Loads a profile of the file and lays the environment over it.</summary>
        /// <param name="options">Options. Default: the profile that the environment names, else <c>default</c>.</param>
        /// <returns>The profile.</returns>
        /// <exception cref="InvalidOperationException">The configuration is wrong, or the named profile is not there.</exception>
        public static Profile Load(ProfileLoadOptions? options = null) => ProfileLoader.Load(options ?? new());

        /// <summary>The dictionary form, as <see cref="FromDictionary"/> reads it; without what is not configured.</summary>
        /// <returns>The dictionary.</returns>
        public Dictionary<string, object> ToDictionary()
        {
            var result = new Dictionary<string, object>(StringComparer.Ordinal);
            ConfigDictionary.Add(result, "address", Address);
            ConfigDictionary.Add(result, "namespace", Namespace);
            ConfigDictionary.Add(result, "api_key", ApiKey);
            ConfigDictionary.Add(result, "tls", Tls?.ToDictionary() is { Count: > 0 } tls ? tls : null);
            ConfigDictionary.Add(result, "grpc_meta", GrpcMeta is { Count: > 0 } meta ? meta.ToDictionary() : null);
            return result;
        }

        /// <summary>The profile as options to connect with; files of certificates are read now. What is not configured or empty has its default.</summary>
        /// <returns>The options.</returns>
        /// <exception cref="IOException">A file of the TLS options cannot be read.</exception>
        public TemporalClientConnectOptions ToClientConnectionOptions()
        {
            var options = new TemporalClientConnectOptions
            {
                TargetHost = string.IsNullOrEmpty(Address) ? null : Address,
                ApiKey = string.IsNullOrEmpty(ApiKey) ? null : ApiKey,
                RpcMetadata = GrpcMeta is { Count: > 0 } meta ? [.. meta] : null,
            };
            options.Tls = Tls?.ToTlsOptions() ?? (options.ApiKey is null ? null : new());
            if (!string.IsNullOrEmpty(Namespace))
            {
                options.Namespace = Namespace;
            }

            return options;
        }
    }
}
