using Temporal.DevServer.Visibility.Query;

namespace Temporal.DevServer.History;

/// <summary>What commands need to know about the world outside their run.</summary>
internal sealed class CommandContext
{
    /// <summary>Id of a registered namespace by name; raises the not-found error otherwise.</summary>
    public required Func<string, string> NamespaceId { get; init; }

    /// <summary>The search attributes that the run's namespace knows.</summary>
    public required SearchAttributeRegistry SearchAttributes { get; init; }

    /// <summary>Identity of the answering worker, for eager activities and cancelled timers.</summary>
    public required string Identity { get; init; }

    /// <summary>Whether there is a Nexus endpoint of the name. Default: there are none.</summary>
    public Func<string, bool> HasNexusEndpoint { get; init; } = _ => false;

    public string BuildId { get; init; } = "";
}
