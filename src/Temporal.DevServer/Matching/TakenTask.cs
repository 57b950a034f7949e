namespace Temporal.DevServer.Matching;

/// <summary>A task that a poll got.</summary>
/// <param name="Task">The task.</param>
/// <param name="PollerDelta">How many pollers more (or fewer) the worker should have, 0 for no opinion.</param>
internal readonly record struct TakenTask(QueueTask Task, int PollerDelta);
