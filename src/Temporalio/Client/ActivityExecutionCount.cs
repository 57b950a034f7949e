using Temporalio.Api.WorkflowService.V1;
using Temporalio.Common;

namespace Temporalio.Client;

/// <summary>A count of activities without workflow.</summary>
public class ActivityExecutionCount
{
    /// <summary>Creates the count.</summary>
    /// <param name="raw">The server's answer.</param>
    protected internal ActivityExecutionCount(CountActivityExecutionsResponse raw)
    {
        Count = raw.Count;
        Groups = [.. raw.Groups.Select(g => new AggregationGroup(g))];
    }

    /// <summary>How many there are in all, approximately.</summary>
    public long Count { get; }

    /// <summary>The groups of a grouping query; otherwise empty.</summary>
    public IReadOnlyCollection<AggregationGroup> Groups { get; }

    /// <summary>One group.</summary>
    public class AggregationGroup
    {
        /// <summary>Creates the group.</summary>
        /// <param name="raw">The server's answer.</param>
        protected internal AggregationGroup(CountActivityExecutionsResponse.Types.AggregationGroup raw)
        {
            Count = raw.Count;
            GroupValues = [.. raw.GroupValues.Select(payload => SearchAttributePayload.Decode("group", payload)?.Value ?? string.Empty)];
        }

        /// <summary>How many there are in the group, approximately.</summary>
        public long Count { get; }

        /// <summary>Values that the group's activities share.</summary>
        public IReadOnlyCollection<object> GroupValues { get; }
    }
}
