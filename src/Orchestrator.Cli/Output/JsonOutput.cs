using System.Text.Json;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Cli.Output;

/// <summary>What <c>--json</c> prints: one document, indented, in the payloads' own format.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new(PayloadFormat.Json)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(object document) => Console.WriteLine(JsonSerializer.Serialize(document, Options));
}
