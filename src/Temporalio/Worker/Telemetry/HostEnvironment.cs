using System.Runtime.InteropServices;
using Temporalio.Api.Worker.V1;
using HostingType = Temporalio.Api.Worker.V1.EnvironmentInfo.Types.HostingEnvironment.Types.HostingEnvironmentType;

namespace Temporalio.Worker.Telemetry;

/// <summary>What kind of machine this process runs on, as reports tell it.</summary>
internal static class HostEnvironment
{
    /// <summary>Variables that the hosting services set in every process.</summary>
    private static readonly (string Variable, HostingType Type)[] Hostings =
    [
        ("KUBERNETES_SERVICE_HOST", HostingType.K8S),
        ("AWS_LAMBDA_FUNCTION_NAME", HostingType.AwsLambda),
        ("ECS_CONTAINER_METADATA_URI_V4", HostingType.AwsEcs),
        ("K_SERVICE", HostingType.GoogleCloudRun),
        ("GAE_SERVICE", HostingType.GoogleAppEngine),
        ("WEBSITE_SITE_NAME", HostingType.AzureAppService),
        ("FUNCTIONS_WORKER_RUNTIME", HostingType.AzureFunctions),
        ("CONTAINER_APP_NAME", HostingType.AzureContainerApps),
    ];

    /// <summary>Looks once; nothing of it changes while a process lives.</summary>
    public static EnvironmentInfo Value { get; } = Read();

    private static EnvironmentInfo.Types.Architecture Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => EnvironmentInfo.Types.Architecture.Amd64,
        System.Runtime.InteropServices.Architecture.Arm64 => EnvironmentInfo.Types.Architecture.Arm64,
        _ => EnvironmentInfo.Types.Architecture.Unspecified,
    };

    private static EnvironmentInfo Read()
    {
        var info = new EnvironmentInfo
        {
            Runtimes =
            {
                new EnvironmentInfo.Types.Runtime
                {
                    Type = EnvironmentInfo.Types.Runtime.Types.RuntimeType.DotnetCore,
                    Version = Environment.Version.ToString(),
                },
            },
            Platform = Platform(),
        };
        info.HostingEnvironments.AddRange(Hostings
            .Where(h => Environment.GetEnvironmentVariable(h.Variable) is { Length: > 0 })
            .Select(h => new EnvironmentInfo.Types.HostingEnvironment { Type = h.Type }));
        if (File.Exists("/.dockerenv"))
        {
            info.HostingEnvironments.Add(new EnvironmentInfo.Types.HostingEnvironment { Type = HostingType.Docker });
        }

        return info;
    }

    private static EnvironmentInfo.Types.Platform? Platform()
    {
        if (OperatingSystem.IsLinux())
        {
            return new()
            {
                Linux = new()
                {
                    Version = LinuxVersion(),
                    Architecture = Architecture,
                    Libc = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
                        ? EnvironmentInfo.Types.LinuxPlatform.Types.Libc.Musl
                        : EnvironmentInfo.Types.LinuxPlatform.Types.Libc.Glibc,
                },
            };
        }

        var version = Environment.OSVersion.Version.ToString();
        return OperatingSystem.IsMacOS() ? new() { Macos = new() { Version = version, Architecture = Architecture } }
            : OperatingSystem.IsWindows() ? new() { Windows = new() { Version = version, Architecture = Architecture, Crt = EnvironmentInfo.Types.WindowsPlatform.Types.Crt.Ucrt } }
            : null;
    }

    /// <summary>The distribution's version; the kernel's where the distribution does not say.</summary>
    private static string LinuxVersion()
    {
        const string Release = "/etc/os-release";
        const string Key = "VERSION_ID=";
        return (File.Exists(Release) ? File.ReadLines(Release).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal)) : null) is { } line
            ? line[Key.Length..].Trim('"')
            : Environment.OSVersion.Version.ToString();
    }
}
