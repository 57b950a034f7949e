namespace Temporalio.Worker.Interceptors;

/// <summary>A heartbeat about to be recorded.</summary>
/// <param name="Details">Its details.</param>
public record HeartbeatInput(object?[] Details);
