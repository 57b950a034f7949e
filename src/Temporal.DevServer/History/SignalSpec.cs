using Temporalio.Api.Common.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;

namespace Temporal.DevServer.History;

/// <summary>A signal on its way to a run.</summary>
internal sealed record SignalSpec(string Name, PayloadList? Input, string Identity, Header? Header, string RequestId)
{
    /// <summary>The workflow that sent it, if one did.</summary>
    public WorkflowExecution? Sender { get; init; }

    public IReadOnlyList<Link> Links { get; init; } = [];
}
