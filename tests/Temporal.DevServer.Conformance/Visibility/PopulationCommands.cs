using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>The commands that the population's workflows give.</summary>
internal static class PopulationCommands
{
    public static JsonObject Complete() => Command("COMPLETE_WORKFLOW_EXECUTION", "completeWorkflowExecution", []);

    public static JsonObject Cancel() => Command("CANCEL_WORKFLOW_EXECUTION", "cancelWorkflowExecution", []);

    public static JsonObject Fail() => Command("FAIL_WORKFLOW_EXECUTION", "failWorkflowExecution", new JsonObject
    {
        ["failure"] = new JsonObject { ["message"] = "boom", ["applicationFailureInfo"] = new JsonObject { ["type"] = "Boom", ["nonRetryable"] = true } },
    });

    public static JsonObject Upsert(JsonObject attributes) =>
        Command("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "upsertWorkflowSearchAttributes", new JsonObject { ["searchAttributes"] = attributes });

    public static JsonObject ContinueAsNew(JsonObject workflow, GoldenNamespace server) =>
        Command("CONTINUE_AS_NEW_WORKFLOW_EXECUTION", "continueAsNewWorkflowExecution", server.StartFields(workflow, withId: false));

    public static JsonObject StartChild(JsonObject workflow, GoldenNamespace server)
    {
        var fields = server.StartFields(workflow, withId: true);
        fields["parentClosePolicy"] = "PARENT_CLOSE_POLICY_ABANDON";
        return Command("START_CHILD_WORKFLOW_EXECUTION", "startChildWorkflowExecution", fields);
    }

    private static JsonObject Command(string type, string attributes, JsonObject fields) =>
        new() { ["commandType"] = "COMMAND_TYPE_" + type, [attributes + "CommandAttributes"] = fields };
}
