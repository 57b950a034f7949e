using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>How many rows there are, and when the query asks for it how many in each state that occurs.</summary>
internal sealed record RunCount(long Count, IReadOnlyList<KeyValuePair<WorkflowExecutionStatus, long>> Groups);
