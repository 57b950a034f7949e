namespace Temporalio.Client;

/// <summary>Build ids whose workers may take each other's runs.</summary>
/// <param name="BuildIds">The build ids, the default one last.</param>
[Obsolete("Use worker deployments.")]
public record BuildIdVersionSet(IReadOnlyCollection<string> BuildIds)
{
    /// <summary>The build id that new tasks of the set go to.</summary>
    public string Default => BuildIds.Last();
}
