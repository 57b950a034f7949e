using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace Temporal.DevServer.History;

/// <summary>All that a new run begins with, checked and with its defaults.</summary>
internal sealed record StartSpec
{
    public required string RunId { get; init; }

    /// <summary>The first event's attributes.</summary>
    public required WorkflowExecutionStartedEventAttributes Attributes { get; init; }

    public string RequestId { get; init; } = "";

    public UserMetadata? UserMetadata { get; init; }

    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary>A signal to record right after the start.</summary>
    public SignalSpec? Signal { get; init; }

    /// <summary>The first workflow task waits until the parent has recorded the start.</summary>
    public bool AwaitsParent { get; init; }
}
