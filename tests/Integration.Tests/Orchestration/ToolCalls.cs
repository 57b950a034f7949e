using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Orchestrator.TestKit;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;

namespace Integration.Tests.Orchestration;

/// <summary>
/// Calls as the <c>temporal</c> tool makes them: its recorded requests (<c>temporal-cli-requests.json</c>) with other names and arguments, sent as they are. Inputs are texts that a person
/// types, so they are given as JSON and marked <c>json/plain</c>.
/// </summary>
internal sealed class ToolCalls(TemporalClient client) : ICaller
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllText(TestPaths.InRepo("tests", "Integration.Tests", "Orchestration", "temporal-cli-requests.json"))).RootElement;

    private static readonly JsonSerializerOptions Typed = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private WorkflowService Service => client.WorkflowService;

    /// <summary>A start as recorded: the same request id means the same request.</summary>
    public Task<StartWorkflowExecutionResponse> StartAsync(string type, string id, object input, string requestId)
    {
        var request = Request<StartWorkflowExecutionRequest>("StartWorkflowExecution");
        (request.WorkflowId, request.WorkflowType.Name, request.RequestId) = (id, type, requestId);
        Fill(request.Input, input);
        return Service.StartWorkflowExecutionAsync(request);
    }

    public Task StartAsync(string type, string id, object input) => StartAsync(type, id, input, Guid.NewGuid().ToString());

    public async Task SignalWithStartAsync(string type, string id, object input, string signal, object argument)
    {
        var request = Request<SignalWithStartWorkflowExecutionRequest>("SignalWithStartWorkflowExecution");
        (request.WorkflowId, request.WorkflowType.Name, request.RequestId, request.SignalName) = (id, type, Guid.NewGuid().ToString(), signal);
        Fill(request.Input, input);
        Fill(request.SignalInput, argument);
        await Service.SignalWithStartWorkflowExecutionAsync(request);
    }

    public async Task SignalAsync(string id, string signal, object argument)
    {
        var request = Request<SignalWorkflowExecutionRequest>("SignalWorkflowExecution");
        (request.WorkflowExecution.WorkflowId, request.SignalName) = (id, signal);
        Fill(request.Input, argument);
        await Service.SignalWorkflowExecutionAsync(request);
    }

    public async Task<JsonNode> QueryAsync(string id, string query)
    {
        var request = Request<QueryWorkflowRequest>("QueryWorkflow");
        (request.Execution.WorkflowId, request.Query.QueryType) = (id, query);
        return Read((await Service.QueryWorkflowAsync(request)).QueryResult);
    }

    /// <summary><c>update start --wait-for-stage accepted</c>, then <c>update result</c>.</summary>
    public async Task<JsonNode> UpdateAsync(string id, string update, params object[] arguments)
    {
        var request = Request<UpdateWorkflowExecutionRequest>("UpdateWorkflowExecution");
        (request.WorkflowExecution.WorkflowId, request.Request.Input.Name, request.Request.Meta.UpdateId) = (id, update, Guid.NewGuid().ToString());
        Fill(request.Request.Input.Args, arguments);
        var begun = await Service.UpdateWorkflowExecutionAsync(request);
        var outcome = begun.Outcome;
        var poll = Request<PollWorkflowExecutionUpdateRequest>("PollWorkflowExecutionUpdate");
        (poll.UpdateRef.WorkflowExecution.WorkflowId, poll.UpdateRef.UpdateId) = (id, request.Request.Meta.UpdateId);
        while (outcome is null)
        {
            outcome = (await Service.PollWorkflowExecutionUpdateAsync(poll)).Outcome;
        }

        return outcome.Failure is { } failure ? JsonValue.Create(failure.Message) : Read(outcome.Success);
    }

    public async Task<JsonNode> ResultAsync(string id)
    {
        var request = Request<GetWorkflowExecutionHistoryRequest>("GetWorkflowExecutionHistory");
        request.Execution.WorkflowId = id;
        while (true)
        {
            var page = await Service.GetWorkflowExecutionHistoryAsync(request);
            if (page.History.Events.LastOrDefault() is { } last)
            {
                Assert.Equal(EventType.WorkflowExecutionCompleted, last.EventType);
                return Read(last.WorkflowExecutionCompletedEventAttributes.Result);
            }

            request.NextPageToken = page.NextPageToken;
        }
    }

    private static T Request<T>(string method)
        where T : IMessage, new() => Parser.Parse<T>(Recorded.GetProperty(method).GetRawText());

    private static void Fill(Payloads payloads, params object[] values)
    {
        payloads.Payloads_.Clear();
        foreach (var value in values)
        {
            var payload = new Payload { Data = ByteString.CopyFromUtf8(JsonSerializer.Serialize(value, Typed)) };
            payload.Metadata["encoding"] = ByteString.CopyFromUtf8("json/plain");
            payloads.Payloads_.Add(payload);
        }
    }

    private static JsonNode Read(Payloads payloads)
    {
        var payload = Assert.Single(payloads.Payloads_);
        Assert.Equal("json/plain", payload.Metadata["encoding"].ToStringUtf8());
        return JsonNode.Parse(payload.Data.Span)!;
    }
}
