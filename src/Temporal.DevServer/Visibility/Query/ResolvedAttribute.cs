using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>An attribute as a query names it (<see cref="Alias"/>) and as rows hold it (<see cref="Name"/>).</summary>
internal readonly record struct ResolvedAttribute(string Alias, string Name, IndexedValueType Type);
