using System.Runtime.InteropServices;
using Temporalio.Api.Worker.V1;

namespace Temporalio.Worker.Telemetry;

/// <summary>What kind of machine this process runs on, as reports tell it.</summary>
internal static class HostEnvironment
{
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
        if (File.Exists("/.dockerenv"))
        {
            Add(EnvironmentInfo.Types.HostingEnvironment.Types.HostingEnvironmentType.Docker);
        }

        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 })
        {
            Add(EnvironmentInfo.Types.HostingEnvironment.Types.HostingEnvironmentType.K8S);
        }

        return info;

        void Add(EnvironmentInfo.Types.HostingEnvironment.Types.HostingEnvironmentType type) => info.HostingEnvironments.Add(new EnvironmentInfo.Types.HostingEnvironment { Type = type });
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
