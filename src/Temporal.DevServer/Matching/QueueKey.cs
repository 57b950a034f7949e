namespace Temporal.DevServer.Matching;

/// <summary>Names a queue: workflow and activity queues of one name have nothing to do with each other.</summary>
internal readonly record struct QueueKey(string NamespaceId, string Name, bool IsActivity, bool IsSticky);
