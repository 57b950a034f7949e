using Orchestrator.Activities;
using Orchestrator.Activities.Recording;
using Orchestrator.Catalog;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Stack;

/// <summary>Reads from the catalog where there is one that holds all that the lake does; who asks falls back to the lake otherwise.</summary>
internal static class CatalogReader
{
    /// <summary>Reads; null when no catalog is configured, and when it is away, which is said on standard error.</summary>
    public static async Task<T?> TryAsync<T>(LocalSettings settings, LakeRoot lake, Func<CatalogDatabase, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (CatalogPlace.Of(settings) is not { } place)
        {
            return null;
        }

        await using var follower = new CatalogFollower(lake, place);
        try
        {
            return await read(await follower.CurrentAsync(cancellationToken));
        }
        catch (CatalogException e)
        {
            await Console.Error.WriteLineAsync($"The catalog was not read, the lake was instead: {e.Message.Split('\n')[0]}");
            return null;
        }
    }
}
