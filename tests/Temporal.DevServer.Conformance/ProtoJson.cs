using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Temporal.DevServer.Conformance;

/// <summary>Messages as proto3 JSON, for any method of the services by name.</summary>
public static class ProtoJson
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(
        Temporalio.Api.WorkflowService.V1.RequestResponseReflection.Descriptor,
        Temporalio.Api.OperatorService.V1.RequestResponseReflection.Descriptor,
        Temporalio.Api.ErrorDetails.V1.MessageReflection.Descriptor,
        Temporalio.Api.Update.V1.MessageReflection.Descriptor,
        Temporalio.Api.History.V1.MessageReflection.Descriptor,
        Temporalio.Api.Common.V1.MessageReflection.Descriptor,
        Google.Rpc.StatusReflection.Descriptor);

    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types).WithIgnoreUnknownFields(true));

    private static readonly Dictionary<string, MethodDescriptor> Methods = new[]
    {
        Temporalio.Api.WorkflowService.V1.ServiceReflection.Descriptor.Services[0],
        Temporalio.Api.OperatorService.V1.ServiceReflection.Descriptor.Services[0],
        global::Grpc.Health.V1.HealthReflection.Descriptor.Services[0],
        global::Grpc.Reflection.V1.ReflectionReflection.Descriptor.Services[0],
        global::Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor.Services[0],
    }.SelectMany(s => s.Methods).ToDictionary(m => $"/{m.Service.FullName}/{m.Name}", StringComparer.Ordinal);

    /// <summary>The method of the path, or null when the API does not have it.</summary>
    public static MethodDescriptor? Method(string path) => Methods.GetValueOrDefault(path);

    /// <summary>JSON to message.</summary>
    public static IMessage Parse(JsonNode json, MessageDescriptor type) => Parser.Parse(json.ToJsonString(), type);

    /// <summary>A status detail; of a type that the API lacks only its name is told.</summary>
    public static JsonNode FormatDetail(Google.Protobuf.WellKnownTypes.Any detail)
    {
        if (detail.TypeUrl.EndsWith(".MultiOperationExecutionFailure", StringComparison.Ordinal))
        {
            var failure = Temporalio.Api.ErrorDetails.V1.MultiOperationExecutionFailure.Parser.ParseFrom(detail.Value);
            return new JsonObject
            {
                ["@type"] = detail.TypeUrl,
                ["statuses"] = new JsonArray([.. failure.Statuses.Select(s => new JsonObject
                {
                    ["code"] = s.Code,
                    ["message"] = s.Message,
                    ["details"] = new JsonArray([.. s.Details.Select(FormatDetail)]),
                })]),
            };
        }

        return Types.Find(detail.TypeUrl[(detail.TypeUrl.LastIndexOf('/') + 1)..]) is null
            ? new JsonObject { ["@type"] = detail.TypeUrl }
            : Format(detail);
    }

    /// <summary>Message to JSON.</summary>
    public static JsonNode Format(IMessage message) => JsonNode.Parse(Formatter.Format(message))!;
}
