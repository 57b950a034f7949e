namespace Temporalio.Client.Interceptors;

/// <summary>A schedule to delete.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
public record DeleteScheduleInput(string Id, RpcOptions? RpcOptions);
