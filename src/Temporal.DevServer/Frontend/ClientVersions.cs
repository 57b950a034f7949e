using Temporal.Grpc;
using Temporalio.Api.ErrorDetails.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Which clients the server talks to, by the name and version that they send with every call.</summary>
internal static class ClientVersions
{
    /// <summary>Client name to the versions that are served.</summary>
    public static Dictionary<string, string> Supported { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["temporal-go"] = "<2.0.0", ["temporal-java"] = "<2.0.0", ["temporal-php"] = "<2.0.0", ["temporal-typescript"] = "<2.0.0",
        ["temporal-cli"] = "<2.0.0", ["temporal-server"] = "<2.0.0", ["temporal-ui"] = "<3.0.0", ["Nexus-go-sdk"] = "<2.0.0",
    };

    private static readonly Dictionary<string, VersionRange> Ranges =
        Supported.ToDictionary(p => p.Key, p => VersionRange.Parse(p.Value), StringComparer.Ordinal);

    private static readonly SemanticVersion Server = SemanticVersion.Parse(SystemFrontend.Version);

    /// <summary>Refuses a known client of a version that is not served, and a client that does not know this server.</summary>
    public static void Check(GrpcServerCall call)
    {
        if (call.Header("client-name") is { Length: > 0 } name && Ranges.TryGetValue(name, out var range) &&
            call.Header("client-version") is { Length: > 0 } version && !range.Contains(Parsed(() => SemanticVersion.Parse(version), "client version")))
        {
            throw new ServiceException(
                GrpcStatusCode.FailedPrecondition, $"Client version {version} is not supported. Server supports {name} versions: {Supported[name]}",
                "temporal.api.errordetails.v1.ClientVersionNotSupportedFailure",
                new ClientVersionNotSupportedFailure { ClientName = name, ClientVersion = version, SupportedVersions = Supported[name] });
        }

        if (call.Header("supported-server-versions") is { Length: > 0 } servers &&
            !Parsed(() => VersionRange.Parse(servers), "supported server versions").Contains(Server))
        {
            throw new ServiceException(
                GrpcStatusCode.FailedPrecondition, $"Server version {SystemFrontend.Version} is not supported. Client supports server versions: {servers}",
                "temporal.api.errordetails.v1.ServerVersionNotSupportedFailure",
                new ServerVersionNotSupportedFailure { ServerVersion = SystemFrontend.Version, ClientSupportedServerVersions = servers });
        }
    }

    private static T Parsed<T>(Func<T> parse, string what)
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            throw ServiceErrors.InvalidArgument($"Unable to parse {what}: {e.Message}");
        }
    }
}
