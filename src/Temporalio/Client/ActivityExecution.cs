using Temporalio.Api.Activity.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Common;

namespace Temporalio.Client;

/// <summary>An activity without workflow as listings show it. Times are UTC.</summary>
public class ActivityExecution
{
    private readonly Lazy<SearchAttributeCollection> _searchAttributes;

    /// <summary>Creates the object.</summary>
    /// <param name="rawInfo">The server's answer.</param>
    /// <param name="clientNamespace">Namespace of the activity.</param>
    protected internal ActivityExecution(ActivityExecutionListInfo rawInfo, string clientNamespace)
    {
        RawInfo = rawInfo;
        Namespace = clientNamespace;
        _searchAttributes = new(() =>
            rawInfo.SearchAttributes is { } attributes ? SearchAttributeCollection.FromProto(attributes) : SearchAttributeCollection.Empty);
    }

    /// <summary>Id of the activity.</summary>
    public string ActivityId => RawInfo.ActivityId;

    /// <summary>Run of the id; null when unknown.</summary>
    public string? ActivityRunId => RawInfo.RunId.Length > 0 ? RawInfo.RunId : null;

    /// <summary>Type name of the activity.</summary>
    public string ActivityType => RawInfo.ActivityType?.Name ?? string.Empty;

    /// <summary>Namespace of the activity.</summary>
    public string Namespace { get; }

    /// <summary>Task queue of its worker.</summary>
    public string TaskQueue => RawInfo.TaskQueue;

    /// <summary>Whether and how it ended.</summary>
    public ActivityExecutionStatus Status => RawInfo.Status;

    /// <summary>When it was scheduled.</summary>
    public DateTime ScheduledTime => RawInfo.ScheduleTime?.ToDateTime() ?? default;

    /// <summary>When it closed; null while it is open.</summary>
    public DateTime? CloseTime => RawInfo.CloseTime?.ToDateTime();

    /// <summary>From its schedule to its close; null while it is open.</summary>
    public TimeSpan? ExecutionDuration => RawInfo.ExecutionDuration?.ToTimeSpan();

    /// <summary>How often its state changed; updated now and then.</summary>
    public long StateTransitionCount => RawInfo.StateTransitionCount;

    /// <summary>Searchable values kept with the activity.</summary>
    public SearchAttributeCollection TypedSearchAttributes => _searchAttributes.Value;

    /// <summary>The server's answer.</summary>
    internal ActivityExecutionListInfo RawInfo { get; }
}
