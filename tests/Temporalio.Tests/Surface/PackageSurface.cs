using System.Reflection;
using Orchestrator.TestKit;

namespace Temporalio.Tests.Surface;

/// <summary>One of our assemblies beside the listing of the official package of the same name.</summary>
internal sealed class PackageSurface
{
    public PackageSurface(Assembly assembly)
    {
        Name = assembly.GetName().Name!;
        Listed = ApiListing.Read(TestPaths.InRepo("tests", "Listings", Name + ".api.txt"));
        var ours = PublicApi.Lines(assembly).ToHashSet(StringComparer.Ordinal);
        Missing = [.. Listed.Where(line => !ours.Contains(line))];
        Extra = [.. ours.Except(Listed)];
    }

    public string Name { get; }

    public IReadOnlyList<string> Listed { get; }

    public IReadOnlyList<string> Missing { get; }

    public IReadOnlyList<string> Extra { get; }
}
