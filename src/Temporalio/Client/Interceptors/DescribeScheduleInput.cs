namespace Temporalio.Client.Interceptors;

/// <summary>A schedule to describe.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
public record DescribeScheduleInput(string Id, RpcOptions? RpcOptions);
