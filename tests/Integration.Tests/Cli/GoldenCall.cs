using System.Text.Json;

namespace Integration.Tests.Cli;

/// <summary>Calls of the real program whose output is approved: once as text, once as a document, which is also held against the shape that the guide gives.</summary>
internal static class GoldenCall
{
    /// <summary>Calls a verb, expects an exit code and the approved text.</summary>
    /// <param name="folder">Where it is called.</param>
    /// <param name="name">The file: the verb with dashes, and a case.</param>
    /// <param name="code">The exit code.</param>
    /// <param name="call">The verb and what it is given.</param>
    public static async Task<string> TextAsync(string folder, string name, int code, params string[] call)
    {
        var output = (await CallAsync(folder, code, call)).Output;
        GoldenText.Equal(name, output, folder);
        return output;
    }

    /// <summary>The same with <c>--json</c>.</summary>
    /// <inheritdoc cref="TextAsync"/>
    public static async Task<JsonElement> DocumentAsync(string folder, string name, int code, params string[] call)
    {
        var output = (await CallAsync(folder, code, [.. call, "--json"])).Output;
        GoldenText.EqualDocument(name, output, folder);
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task<CliResult> CallAsync(string folder, int code, string[] call)
    {
        var result = await OrchestratorProcess.RunAsync(folder, call);
        Assert.True(result.ExitCode == code, $"{string.Join(' ', call)}: exit code {result.ExitCode}, expected {code}\n{result.Output}\n{result.Errors}");
        return result;
    }
}
