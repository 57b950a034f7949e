using Temporalio.Api.WorkflowService.V1;
using Temporalio.Common;
using Temporalio.Converters;

namespace Temporalio.Client.Schedules;

/// <summary>A schedule as the server describes it.</summary>
public class ScheduleDescription
{
    private readonly Lazy<IReadOnlyDictionary<string, IEncodedRawValue>> _memo;
    private readonly Lazy<SearchAttributeCollection> _searchAttributes;

    /// <summary>Creates the object.</summary>
    /// <param name="id">Id of the schedule.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="rawDescription">The server's answer.</param>
    /// <param name="dataConverter">Converter of the memo.</param>
    protected internal ScheduleDescription(string id, Schedule schedule, DescribeScheduleResponse rawDescription, DataConverter dataConverter)
    {
        Id = id;
        Schedule = schedule;
        RawDescription = rawDescription;
        Info = ScheduleInfo.FromProto(rawDescription.Info ?? new());
        _memo = new(() => ScheduleWire.Encoded(rawDescription.Memo?.Fields, dataConverter));
        _searchAttributes = new(() => rawDescription.SearchAttributes is { } attributes
            ? SearchAttributeCollection.FromProto(attributes)
            : SearchAttributeCollection.Empty);
    }

    /// <summary>Id of the schedule.</summary>
    public string Id { get; }

    /// <summary>What it does and when.</summary>
    public Schedule Schedule { get; }

    /// <summary>What it has done and will do.</summary>
    public ScheduleInfo Info { get; }

    /// <summary>Values kept with the schedule.</summary>
    public IReadOnlyDictionary<string, IEncodedRawValue> Memo => _memo.Value;

    /// <summary>Searchable values kept with the schedule.</summary>
    public SearchAttributeCollection TypedSearchAttributes => _searchAttributes.Value;

    /// <summary>The server's answer.</summary>
    internal DescribeScheduleResponse RawDescription { get; }
}
