using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>An Open Data Contract (ODCS 3.1) as read from its file; immutable.</summary>
public sealed record DataContract
{
    /// <summary>The file it came from, as it was named to the parser.</summary>
    public required string File { get; init; }

    /// <summary>Identity of the contract, stable over its versions.</summary>
    public required string Id { get; init; }

    /// <summary>Human name; null when not given.</summary>
    public string? Name { get; init; }

    /// <summary>The contract's own version, normally semantic (<c>1.2.0</c>).</summary>
    public required string Version { get; init; }

    /// <summary>Version of the standard, such as <c>v3.1.0</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Life-cycle state; free text in the standard (<c>draft</c>, <c>active</c>, <c>deprecated</c>, …).</summary>
    public required string Status { get; init; }

    /// <summary>Business domain; null when not given.</summary>
    public string? Domain { get; init; }

    /// <summary>Data product; null when not given.</summary>
    public string? DataProduct { get; init; }

    /// <summary>What the data is for; null when not given.</summary>
    public string? Purpose { get; init; }

    /// <summary>Tags of the contract.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Where the data lies.</summary>
    public IReadOnlyList<ContractServer> Servers { get; init; } = [];

    /// <summary>The tables (the standard's schema objects) in file order.</summary>
    public IReadOnlyList<ContractTable> Tables { get; init; } = [];

    /// <summary>Own properties by name.</summary>
    public IReadOnlyDictionary<string, YamlValue> CustomProperties { get; init; } = EmptyProperties;

    /// <summary>The whole document, for parts that this model does not name (team, roles, price, support, SLA).</summary>
    public required YamlValue Document { get; init; }

    internal static IReadOnlyDictionary<string, YamlValue> EmptyProperties { get; } = new Dictionary<string, YamlValue>();

    /// <summary>The table of that name, or the only table when the name is null.</summary>
    /// <param name="name">Logical or physical name of the table; null asks for the only one.</param>
    /// <exception cref="LakehouseException">Code <c>contract.no_table</c>: there is no such table, or several and no name was given.</exception>
    public ContractTable Table(string? name = null)
    {
        var found = name is null ? Tables : [.. Tables.Where(t => t.Name == name || t.PhysicalName == name)];
        return found.Count == 1
            ? found[0]
            : throw new LakehouseException(
                "contract.no_table",
                $"Contract '{File}': expected {(name is null ? "exactly one table" : $"one table named '{name}'")}, seen {(Tables.Count == 0 ? "no table" : string.Join(", ", Tables.Select(t => $"'{t.Name}'")))}."
                + $"{Environment.NewLine}Help: {(name is null ? "name the table that is meant." : "list it under 'schema' of the contract.")}");
    }
}
