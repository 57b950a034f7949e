using System.Text.Json.Nodes;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Orchestration;

/// <summary>Calls as the product's own commands make them.</summary>
internal sealed class OwnCalls(TemporalClient client) : ICaller
{
    public Task StartAsync(string type, string id, object input) => client.StartWorkflowAsync(type, [input], new WorkflowOptions(id, OrchestrationServer.Queue));

    public Task SignalWithStartAsync(string type, string id, object input, string signal, object argument) =>
        client.StartWorkflowAsync(type, [input], new WorkflowOptions(id, OrchestrationServer.Queue) { StartSignal = signal, StartSignalArgs = [argument] });

    public Task SignalAsync(string id, string signal, object argument) => client.GetWorkflowHandle(id).SignalAsync(signal, [argument]);

    public Task<JsonNode> QueryAsync(string id, string query) => client.GetWorkflowHandle(id).QueryAsync<JsonNode>(query, []);

    public async Task<JsonNode> UpdateAsync(string id, string update, params object[] arguments)
    {
        try
        {
            return await client.GetWorkflowHandle(id).ExecuteUpdateAsync<JsonNode>(update, arguments);
        }
        catch (WorkflowUpdateFailedException e)
        {
            return JsonValue.Create(e.InnerException!.Message);
        }
    }

    public Task<JsonNode> ResultAsync(string id) => client.GetWorkflowHandle(id).GetResultAsync<JsonNode>();
}
