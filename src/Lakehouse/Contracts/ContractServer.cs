using Lakehouse.Yaml;

namespace Lakehouse.Contracts;

/// <summary>A place where the data of a contract lies.</summary>
/// <param name="Name">Name of the server entry.</param>
/// <param name="Type">Kind of server, such as <c>local</c>, <c>s3</c> or <c>postgres</c>.</param>
/// <param name="Environment">Environment, such as <c>prod</c>; null when not given.</param>
/// <param name="Settings">The whole entry, for the keys of its type.</param>
public sealed record ContractServer(string Name, string Type, string? Environment, YamlValue Settings);
