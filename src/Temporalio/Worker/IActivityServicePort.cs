using Temporalio.Api.WorkflowService.V1;

namespace Temporalio.Worker;

/// <summary>The service calls that running activities needs. Implementations add metadata, deadlines and the retry policy of worker calls.</summary>
internal interface IActivityServicePort
{
    /// <summary>Long poll for an activity task. An empty task token means that the poll timed out.</summary>
    Task<PollActivityTaskQueueResponse> PollActivityTaskAsync(PollActivityTaskQueueRequest request, CancellationToken cancellationToken);

    /// <summary>Records a heartbeat.</summary>
    Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(RecordActivityTaskHeartbeatRequest request, CancellationToken cancellationToken);

    /// <summary>Reports a result.</summary>
    Task CompleteAsync(RespondActivityTaskCompletedRequest request, CancellationToken cancellationToken);

    /// <summary>Reports a failure.</summary>
    Task FailAsync(RespondActivityTaskFailedRequest request, CancellationToken cancellationToken);

    /// <summary>Confirms a cancellation.</summary>
    Task CancelAsync(RespondActivityTaskCanceledRequest request, CancellationToken cancellationToken);
}
