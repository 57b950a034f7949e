using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Converters;

namespace Orchestrator.Activities.Contracts;

/// <summary>How the product's payloads look on the wire: JSON, camel case, enums as words, so that people can read and type them in any client.</summary>
public static class PayloadFormat
{
    /// <summary>JSON settings of payloads, ledger entries and <c>--json</c> output.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The converter that clients and workers of the product use.</summary>
    public static DataConverter Converter { get; } =
        DataConverter.Default with { PayloadConverter = new DefaultPayloadConverter(Json) };
}
