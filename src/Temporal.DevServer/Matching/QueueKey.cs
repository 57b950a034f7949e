using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Matching;

/// <summary>Names a queue: queues of one name but different types have nothing to do with each other.</summary>
internal readonly record struct QueueKey(string NamespaceId, string Name, TaskQueueType Type, bool IsSticky);
