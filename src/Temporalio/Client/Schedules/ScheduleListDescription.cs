using Temporalio.Api.Schedule.V1;
using Temporalio.Common;
using Temporalio.Converters;

namespace Temporalio.Client.Schedules;

/// <summary>A schedule as listings show it.</summary>
public class ScheduleListDescription
{
    private readonly Lazy<IReadOnlyDictionary<string, IEncodedRawValue>> _memo;
    private readonly Lazy<SearchAttributeCollection> _searchAttributes;

    /// <summary>Creates the object.</summary>
    /// <param name="rawEntry">The server's answer.</param>
    /// <param name="dataConverter">Converter of the memo.</param>
    protected internal ScheduleListDescription(ScheduleListEntry rawEntry, DataConverter dataConverter)
    {
        Id = rawEntry.ScheduleId;
        if (rawEntry.Info is { } info)
        {
            Schedule = new(
                new ScheduleListActionStartWorkflow(info.WorkflowType?.Name ?? string.Empty),
                ScheduleSpec.FromProto(info.Spec ?? new()),
                new(info.Notes.Length == 0 ? null : info.Notes, info.Paused));
            Info = new(
                [.. info.RecentActions.Select(ScheduleActionResult.FromProto)],
                [.. info.FutureActionTimes.Select(t => t.ToDateTime())]);
        }

        _memo = new(() => ScheduleWire.Encoded(rawEntry.Memo?.Fields, dataConverter));
        _searchAttributes = new(() => rawEntry.SearchAttributes is { } attributes
            ? SearchAttributeCollection.FromProto(attributes)
            : SearchAttributeCollection.Empty);
    }

    /// <summary>Id of the schedule.</summary>
    public string Id { get; }

    /// <summary>What it does and when; null when the server does not tell yet.</summary>
    public ScheduleListSchedule? Schedule { get; }

    /// <summary>What it has done and will do; null when the server does not tell yet.</summary>
    public ScheduleListInfo? Info { get; }

    /// <summary>Values kept with the schedule.</summary>
    public IReadOnlyDictionary<string, IEncodedRawValue> Memo => _memo.Value;

    /// <summary>Searchable values kept with the schedule.</summary>
    public SearchAttributeCollection TypedSearchAttributes => _searchAttributes.Value;
}
