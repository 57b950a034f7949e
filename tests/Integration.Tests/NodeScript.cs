using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.TestKit;

namespace Orchestrator.Integration.Tests;

/// <summary>Runs scripts of <c>tests/Integration.Tests/TypeScript</c> with node, its packages installed first.</summary>
internal static class NodeScript
{
    private static readonly SemaphoreSlim Installing = new(1);
    private static bool _installed;

    public static string Folder { get; } = TestPaths.InRepo("tests", "Integration.Tests", "TypeScript");

    /// <summary>What a script says of one of its checks, one JSON line each.</summary>
    public sealed record Outcome(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("ok")] bool Ok,
        [property: JsonPropertyName("error")] string? Error,
        [property: JsonPropertyName("ms")] long Milliseconds);

    /// <summary>Runs a script to its end and returns the outcomes that it printed, by name.</summary>
    public static async Task<IReadOnlyDictionary<string, Outcome>> RunAsync(TimeSpan limit, string script, params string[] arguments)
    {
        using var process = await StartAsync(script, arguments);
        process.StandardInput.Close();
        var outcomes = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        var errors = new ConcurrentQueue<string?>();
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data);
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(limit);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (!line.StartsWith('{'))
                {
                    errors.Enqueue(line);
                    continue;
                }

                var outcome = JsonSerializer.Deserialize<Outcome>(line)!;
                outcomes.Add(outcome.Name, outcome);
            }

            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{script}' was not done within {limit}; {outcomes.Count} outcomes seen.\n{string.Join('\n', errors)}");
        }

        return process.ExitCode == 0
            ? outcomes
            : throw new InvalidOperationException($"'{script}' ended with exit code {process.ExitCode}; {outcomes.Count} outcomes seen.\n{string.Join('\n', errors)}");
    }

    /// <summary>Starts a script; the caller ends it by closing its input.</summary>
    public static async Task<Process> StartAsync(string script, params string[] arguments)
    {
        await InstallAsync();
        return Process.Start(Info("node", [Path.Combine(Folder, script), .. arguments]))!;
    }

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (_installed)
            {
                return;
            }

            using var process = Process.Start(Info(TestPaths.InRepo("infra", "npm.sh"), [Folder]))!;
            process.StandardInput.Close();
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            _installed = process.ExitCode == 0 ? true : throw new InvalidOperationException(said);
        }
        finally
        {
            Installing.Release();
        }
    }

    private static ProcessStartInfo Info(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = Folder,
    };
}
