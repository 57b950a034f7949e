using Google.Protobuf.WellKnownTypes;

namespace Temporal.DevServer.Frontend;

/// <summary>Workflow rules: switched off as on a real dev server, which says so in its own words. What they would take does not matter.</summary>
internal static class WorkflowRuleFrontend
{
    public static void Map(ServiceMap map)
    {
        foreach (var method in new[] { "CreateWorkflowRule", "ListWorkflowRules", "DescribeWorkflowRule", "TriggerWorkflowRule", "DeleteWorkflowRule" })
        {
            map.Add<Empty, Empty>(method, (_, _) => throw ServiceErrors.Unimplemented($"method {method} not supported"));
        }
    }
}
