using Orchestrator.Activities.Recording;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Cli.Settings;

/// <summary>The setting <c>catalog</c>: <c>local</c>, or a reference to a connection string. The file never holds the string itself, it has a password.</summary>
public static class CatalogPlace
{
    /// <summary>Variable that names the catalog, or holds its connection string.</summary>
    public const string Variable = "ORCHESTRATOR_CATALOG";

    private const string Local = "local";

    /// <summary>What the variable says, otherwise what the file says.</summary>
    /// <exception cref="UsageException">The file holds something else than <c>local</c> or a reference.</exception>
    internal static string? Check(string? variable, string? file)
    {
        if (file is not (null or Local) && SecretReference.Parse(file) is null)
        {
            // Not repeated: it may hold a password.
            throw new UsageException("Setting 'catalog': expected 'local', '${env:NAME}' or '${file:/path}', seen something else. Help: put the connection string into a variable or a file and name that.");
        }

        return variable ?? file;
    }

    /// <summary>The catalog that is configured; null when none is.</summary>
    /// <exception cref="UsageException">What the reference names is not there.</exception>
    public static CatalogSettings? Of(LocalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        try
        {
            return settings.Catalog switch
            {
                null => null,
                Local => new CatalogSettings(null, settings.CatalogFolder),
                var text => new CatalogSettings(SecretReference.Parse(text) is { } reference ? new SecretStore().Find(reference) : text, null),
            };
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException($"Setting 'catalog': {e.Message}");
        }
    }
}
