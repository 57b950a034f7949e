using System.Reflection;
using Orchestrator.TestKit;
using Temporalio.Api.Common.V1;

namespace Conventions.Tests.Swap;

/// <summary>
/// A folder feed with one package: <c>Temporalio</c> as the listing has it, made of bodies that throw and this tree's wire messages. Builds against it see the switch
/// <c>-p:TemporalSdk=nuget</c> exactly as with the official package; nothing of them reaches the user's package folder or the projects' own outputs.
/// </summary>
public sealed class StubFeed : IDisposable
{
    private readonly string _root = TestPaths.InRepo("artifacts", "swap-" + Guid.NewGuid().ToString("N"));

    public StubFeed()
    {
        var messages = typeof(Payload).Assembly;
        var api = ListedApi.Read(TestPaths.InRepo("tests", "Listings", "Temporalio.api.txt"), NamesOf(messages));
        Types = api.Types.Count;
        Members = api.Types.Sum(t => t.Members.Count);
        var project = Folder("stub");
        File.WriteAllText(Path.Combine(project, "Temporalio.g.cs"), StubSource.Write(api));
        File.WriteAllText(Path.Combine(project, "Temporalio.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <Version>1.18.0</Version>
                <GeneratePackageOnBuild>true</GeneratePackageOnBuild>
                <PackageOutputPath>{Folder("feed")}</PackageOutputPath>
                <ImplicitUsings>disable</ImplicitUsings>
                <RunAnalyzers>false</RunAnalyzers>
                <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
                <WarningLevel>0</WarningLevel>
                <NuGetAudit>false</NuGetAudit>
                <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Google.Protobuf" />
                <PackageReference Include="Microsoft.Extensions.Logging.Abstractions" />
                <Reference Include="{messages.Location}" />
                <None Include="{messages.Location}" Pack="true" PackagePath="lib/net10.0" />
              </ItemGroup>
            </Project>
            """);
        var (code, output) = DotNet.Build(project);
        if (code != 0)
        {
            throw new InvalidOperationException($"The stand-in for the official package does not compile:{Environment.NewLine}{output}");
        }

        // Temporalio comes from here even where the official source holds it too.
        File.WriteAllText(ConfigFile, $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
                <add key="stub" value="{Folder("feed")}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
                <packageSource key="stub"><package pattern="Temporalio" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
    }

    /// <summary>Types that the stand-in has.</summary>
    public int Types { get; }

    /// <summary>Their members.</summary>
    public int Members { get; }

    private string ConfigFile => Path.Combine(_root, "nuget.config");

    /// <summary>A new folder under the checkout, so that the checkout's own settings apply to a project in it.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>Builds a project with the switch on.</summary>
    public (int Code, string Output) Build(string project)
    {
        var held = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return DotNet.Build(
            project,
            "-c",
            "Release",
            "--artifacts-path",
            Folder("out"),
            "-p:TemporalSdk=nuget",
            // The stand-in is made with this tree's own version of the messages' library.
            "-p:GoogleProtobuf=3.25.1",
            "-p:RunAnalyzers=false",
            "-p:NuGetAudit=false",
            $"-p:RestoreConfigFile={ConfigFile}",
            $"-p:RestorePackagesPath={Folder("packages")}",
            $"-p:OtherLocks={Folder("locks")}",
            $"-p:RestoreFallbackFolders={held}");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static HashSet<string> NamesOf(Assembly messages) =>
        [.. messages.GetExportedTypes().Select(t => t.FullName!.Replace('+', '.'))];
}
