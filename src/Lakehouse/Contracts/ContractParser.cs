using Lakehouse.Contracts.Schema;
using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>
/// Reads data contracts of the Open Data Contract Standard 3.1. A document is valid when the standard's own schema accepts it;
/// on top of that come rules without which a contract cannot be enforced (names twice, headers that map to no column, limits
/// that exclude each other), reported with <see cref="ContractError.Rule"/> <c>contract/…</c>.
/// </summary>
public static class ContractParser
{
    /// <summary>Reads a contract and reports all errors at once.</summary>
    /// <param name="yaml">The text of the contract.</param>
    /// <param name="file">The name of the file for error texts.</param>
    /// <param name="unknownKeys">What to do with keys that the standard does not know. Default: refuse.</param>
    public static ContractParseResult Parse(string yaml, string file, UnknownKeys unknownKeys = UnknownKeys.Refuse)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(file);
        var root = YamlReader.Read(yaml, out var problems);
        var unreadable = problems.Select(p => new ContractError(file, p.Line, p.Column, p.Path, "yaml", "a readable YAML document", p.Message, null)).ToList();
        if (root is null)
        {
            return new ContractParseResult(null, unreadable);
        }

        var violations = OdcsSchema.Validate(root);
        if (unknownKeys is UnknownKeys.Ignore)
        {
            violations = [.. violations.Where(v => v.Keyword is not ("unevaluatedProperties" or "additionalProperties"))];
        }

        List<ContractError> errors = [.. unreadable, .. ViolationText.Explain(file, violations)];
        if (violations.Count > 0)
        {
            return new ContractParseResult(null, errors);
        }

        var contract = ContractBuilder.Build(root, file);
        errors.AddRange(ContractRules.Check(contract));
        return new ContractParseResult(errors.Count == 0 ? contract : null, [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]);
    }

    /// <summary>What the standard's schema alone says about a document, keyword by keyword; empty when it accepts it.</summary>
    /// <param name="yaml">The text of the contract.</param>
    public static IReadOnlyList<StandardViolation> Validate(string yaml) => YamlReader.Read(yaml, out _) is { } root
        ? [.. OdcsSchema.Validate(root).Select(v => new StandardViolation(v.Path, v.Keyword))]
        : [new StandardViolation("$", "yaml")];

    /// <summary>Reads a contract file and reports all errors at once.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="unknownKeys">What to do with keys that the standard does not know. Default: refuse.</param>
    /// <exception cref="LakehouseException">Code <c>contract.missing</c>: there is no such file.</exception>
    public static ContractParseResult ParseFile(string path, UnknownKeys unknownKeys = UnknownKeys.Refuse)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, unknownKeys);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LakehouseException(
                "contract.missing",
                $"Contract '{path}': expected a file, seen nothing there.{Environment.NewLine}Help: write the contract or correct the path that names it.",
                inner: e);
        }
    }

    /// <summary>Reads a contract file and returns it only when it is sound.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="LakehouseException">Code <c>contract.invalid</c> with every error in the text, or <c>contract.missing</c>.</exception>
    public static DataContract Load(string path)
    {
        var result = ParseFile(path);
        return result.Contract ?? throw new LakehouseException(
            "contract.invalid",
            $"Contract '{path}' has {result.Errors.Count} error(s):{Environment.NewLine}{string.Join(Environment.NewLine, result.Errors)}");
    }
}
