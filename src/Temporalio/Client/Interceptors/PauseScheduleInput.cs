namespace Temporalio.Client.Interceptors;

/// <summary>A schedule to pause.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="Note">Note to store; null for the default one.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
public record PauseScheduleInput(string Id, string? Note, RpcOptions? RpcOptions);
