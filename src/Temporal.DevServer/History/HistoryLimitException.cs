namespace Temporal.DevServer.History;

/// <summary>The run's history is as long as it may get.</summary>
internal sealed class HistoryLimitException(string reason) : Exception(reason);
