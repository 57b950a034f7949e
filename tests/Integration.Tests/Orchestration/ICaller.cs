using System.Text.Json.Nodes;

namespace Integration.Tests.Orchestration;

/// <summary>Somebody who starts, tells, asks and changes workflows; what comes back is JSON, whoever calls.</summary>
internal interface ICaller
{
    Task StartAsync(string type, string id, object input);

    Task SignalWithStartAsync(string type, string id, object input, string signal, object argument);

    Task SignalAsync(string id, string signal, object argument);

    Task<JsonNode> QueryAsync(string id, string query);

    /// <summary>What the update returned, or what it was refused with as a text.</summary>
    Task<JsonNode> UpdateAsync(string id, string update, params object[] arguments);

    Task<JsonNode> ResultAsync(string id);
}
