namespace Temporalio.Client;

/// <summary>The version sets of a task queue.</summary>
/// <param name="VersionSets">The sets, the default one last.</param>
[Obsolete("Use worker deployments.")]
public record WorkerBuildIdVersionSets(IReadOnlyCollection<BuildIdVersionSet> VersionSets)
{
    /// <summary>The set that new runs go to.</summary>
    public BuildIdVersionSet DefaultSet => VersionSets.Last();

    /// <summary>The build id that new runs go to.</summary>
    public string DefaultBuildId => DefaultSet.Default;
}
