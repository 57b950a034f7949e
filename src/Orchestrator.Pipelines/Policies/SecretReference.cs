using System.Text.RegularExpressions;

namespace Orchestrator.Pipelines.Policies;

/// <summary>Where a secret is found; never the secret itself. Written <c>${env:NAME}</c>, <c>${secret:NAME}</c> or <c>${file:/path}</c>.</summary>
/// <param name="Kind">What holds the secret: <c>env</c>, <c>secret</c> (the worker's secret store) or <c>file</c>.</param>
/// <param name="Name">Its name there: a variable, a key, or the absolute path of a file.</param>
public sealed partial record SecretReference(string Kind, string Name)
{
    /// <summary>Notation of a reference, as a regular expression.</summary>
    public const string Pattern = "^\\$\\{(env:[A-Za-z_][A-Za-z0-9_]*|secret:[A-Za-z0-9_./-]+|file:/[^{}\\s]+)\\}$";

    /// <summary>Reads a reference; null when the text is none.</summary>
    public static SecretReference? Parse(string? text)
    {
        if (text is null || !text.EndsWith('}') || !Notation().IsMatch(text))
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new SecretReference(text[2..colon], text[(colon + 1)..^1]);
    }

    /// <summary>The reference as it is written.</summary>
    public override string ToString() => $"${{{Kind}:{Name}}}";

    [GeneratedRegex(Pattern)]
    private static partial Regex Notation();
}
