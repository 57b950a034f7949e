using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>One namespace as it is now; replaced, never changed.</summary>
internal sealed class NamespaceEntry(NamespaceRecord record)
{
    public NamespaceRecord Record { get; } = record;

    public string Name => Record.Info.Name;

    public string Id => Record.Info.Id;

    public SearchAttributeRegistry SearchAttributes { get; } = new(record.SearchAttributes.Select(p => KeyValuePair.Create(p.Key, (IndexedValueType)p.Value)));
}
