namespace Orchestrator.Pipelines.Policies;

/// <summary>Finds the secrets that references name, where the workers run. Nothing is kept: a changed secret counts from the next call on.</summary>
/// <param name="folder">Folder of the secret store: one file per secret, named for it, as orchestrators of containers mount them. Null when there is none.</param>
public sealed class SecretStore(string? folder = null)
{
    /// <summary>Variable that names the folder of the workers' secret store.</summary>
    public const string Variable = "ORCHESTRATOR_SECRETS";

    /// <summary>The secret. The final line end of a file is not part of it.</summary>
    /// <exception cref="InvalidOperationException">It is not there; the message names the reference, never a value.</exception>
    public string Find(SecretReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var found = reference.Kind switch
        {
            "env" => Environment.GetEnvironmentVariable(reference.Name),
            "file" => Read(reference.Name),
            "secret" => folder is null ? null : Read(Inside(folder, reference)),
            _ => null,
        };
        return found is { Length: > 0 } ? found : throw new InvalidOperationException($"Secret '{reference}' is not there: {Expected(reference)}.\nHelp: set it where the workers run; it is never written into a pipeline.");
    }

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path).TrimEnd('\r', '\n') : null;

    private static string Inside(string folder, SecretReference reference)
    {
        var path = Path.GetFullPath(Path.Combine(folder, reference.Name));
        return path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidOperationException($"Secret '{reference}' lies outside the secret store.\nHelp: name a file below the store's folder.");
    }

    private string Expected(SecretReference reference) => reference.Kind switch
    {
        "env" => $"the variable '{reference.Name}' is empty or not set",
        "file" => $"the file '{reference.Name}' is empty or missing",
        _ => folder is null ? "no secret store is set up" : $"the store has no file '{reference.Name}', or it is empty",
    };
}
