using System.Reflection;
using Orchestrator.TestKit;

namespace Temporalio.Tests.Surface;

/// <summary>One of our assemblies beside the listing of the official package of the same name.</summary>
internal sealed class PackageSurface
{
    public PackageSurface(Assembly assembly)
    {
        Name = assembly.GetName().Name!;
        var listed = ApiListing.Read(TestPaths.InRepo("tests", "Listings", Name + ".api.txt"));
        var ours = PublicApi.Lines(assembly).ToLookup(ApiListing.Key, ApiListing.Whole, StringComparer.Ordinal);
        Listed = [.. listed.Select(ApiListing.Key)];
        Missing = [.. Listed.Where(key => !ours.Contains(key))];
        Extra = [.. ours.Select(o => o.Key).Except(Listed)];
        Different =
        [
            .. listed.Where(line => ours.Contains(ApiListing.Key(line)) && !ours[ApiListing.Key(line)].Contains(ApiListing.Whole(line)))
                .Select(line => $"listed: {ApiListing.Whole(line)}{Environment.NewLine}  ours: {string.Join(" | ", ours[ApiListing.Key(line)])}"),
        ];
    }

    public string Name { get; }

    public IReadOnlyList<string> Listed { get; }

    public IReadOnlyList<string> Missing { get; }

    public IReadOnlyList<string> Extra { get; }

    /// <summary>Members that are there and differ in nullability, default values, constraints, modifiers or bases.</summary>
    public IReadOnlyList<string> Different { get; }
}
