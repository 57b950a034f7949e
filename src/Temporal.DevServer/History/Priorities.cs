using Temporalio.Api.Common.V1;

namespace Temporal.DevServer.History;

/// <summary>The order in which tasks are handed out, as workflows and activities ask for it.</summary>
internal static class Priorities
{
    /// <summary>The own wishes, and those of the workflow where there is none; null when nobody has any.</summary>
    public static Priority? Inherit(Priority? workflow, Priority? own)
    {
        if (workflow is null || own is null)
        {
            return own ?? workflow;
        }

        return new Priority
        {
            PriorityKey = own.PriorityKey == 0 ? workflow.PriorityKey : own.PriorityKey,
            FairnessKey = own.FairnessKey.Length == 0 ? workflow.FairnessKey : own.FairnessKey,
            FairnessWeight = own.FairnessWeight == 0 ? workflow.FairnessWeight : own.FairnessWeight,
        };
    }
}
