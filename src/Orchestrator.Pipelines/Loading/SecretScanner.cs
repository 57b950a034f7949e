using System.Text.RegularExpressions;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Policies;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Finds values that look like secrets, by their key or by their own form. They are reported without being shown.</summary>
internal sealed partial class SecretScanner(string file, ErrorList errors)
{
    private readonly HashSet<YamlValue> _found = [];

    /// <summary>Reports every secret of a document.</summary>
    /// <returns>The values, so that no other error shows them.</returns>
    public IReadOnlySet<YamlValue> Scan(YamlValue document)
    {
        Scan(document, "", secretKey: false);
        return _found;
    }

    private void Scan(YamlValue value, string path, bool secretKey)
    {
        switch (value.Kind)
        {
            case YamlKind.Map:
                foreach (var entry in value.Entries)
                {
                    Scan(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", secretKey || SecretKey().IsMatch(entry.Key));
                }

                break;
            case YamlKind.List:
                for (var i = 0; i < value.Items.Count; i++)
                {
                    Scan(value.Items[i], $"{path}[{i}]", secretKey);
                }

                break;
            default:
                if (value.AsScalarText() is { Length: > 0 } text && SecretReference.Parse(text) is null && (secretKey || SecretText().IsMatch(text)) && _found.Add(value))
                {
                    errors.Add(Place.Of(file, value, path), "this looks like a secret", "a reference: '${env:NAME}', '${secret:NAME}' or '${file:/path}'", "a value, not shown", "take it out of the file and of its history, replace it where it is used, and refer to it by name.");
                }

                break;
        }
    }

    [GeneratedRegex("(^|[_-])(password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|account_?key|connection_?string|credentials?)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretKey();

    /// <summary>Credentials in addresses and settings, keys and tokens of well-known forms, signed links.</summary>
    [GeneratedRegex(
        """
        ://[^/\s:@]+:[^/\s@]+@
        |(?i:(password|pwd|secret|token|accountkey|api_?key)\s*=\s*[^\s;$]{3,})
        |(?i:x-amz-(signature|credential)=|[?&](sig|signature|access_token)=)
        |-----BEGIN\ [A-Z ]*PRIVATE\ KEY
        |\b(AKIA|ASIA)[0-9A-Z]{16}\b
        |\bgh[pousr]_[A-Za-z0-9]{20,}
        |\bxox[abprs]-[A-Za-z0-9-]{10,}
        |\bsk-[A-Za-z0-9_-]{20,}
        |\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex SecretText();
}
