using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>One namespace as it is now; replaced, never changed.</summary>
internal sealed class NamespaceEntry(NamespaceRecord record)
{
    public NamespaceRecord Record { get; } = record;

    public string Name => Record.Info.Name;

    public string Id => Record.Info.Id;

    /// <summary>What operators set for a queue, or null.</summary>
    public TaskQueueConfig? QueueConfig(TaskQueueType type, string queue) => Record.TaskQueues.TryGetValue(QueueConfigKey(type, queue), out var config) ? config : null;

    /// <summary>Names a queue within a namespace's record.</summary>
    public static string QueueConfigKey(TaskQueueType type, string queue) => $"{type}/{queue}";

    public SearchAttributeRegistry SearchAttributes { get; } = new(record.SearchAttributes.Select(p => KeyValuePair.Create(p.Key, (IndexedValueType)p.Value)));
}
