using System.Xml.Linq;
using Orchestrator.TestKit;

namespace Conventions.Tests;

/// <summary>The checkout's own files, generated and built ones left out.</summary>
internal static class SourceTree
{
    private static readonly string[] Outside = ["bin", "obj", "artifacts", "node_modules", ".git", ".native", ".orchestrator"];

    public static IReadOnlyList<string> Files(string extension) =>
        [.. Walk(new DirectoryInfo(TestPaths.Repo)).Where(f => f.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static string Relative(string path) => Path.GetRelativePath(TestPaths.Repo, path);

    /// <summary>Each project with the projects it references, by name; the SDK's project is found behind the one file that chooses it.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> ProjectReferences() => Files(".csproj").ToDictionary(
        path => Path.GetFileNameWithoutExtension(path)!,
        path => (IReadOnlySet<string>)References(path).ToHashSet(StringComparer.Ordinal),
        StringComparer.Ordinal);

    private static IEnumerable<string> References(string path)
    {
        var project = XDocument.Load(path);
        foreach (var include in project.Descendants("ProjectReference").Attributes("Include"))
        {
            yield return Path.GetFileNameWithoutExtension(include.Value.Replace('\\', '/'));
        }

        if (project.Descendants("Import").Attributes("Project").Any(p => p.Value.EndsWith("TemporalSdk.props", StringComparison.Ordinal)))
        {
            yield return "Temporalio";
        }
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            yield return file.FullName;
        }

        foreach (var child in folder.EnumerateDirectories().Where(d => !Outside.Contains(d.Name) && d.LinkTarget is null))
        {
            foreach (var file in Walk(child))
            {
                yield return file;
            }
        }
    }
}
