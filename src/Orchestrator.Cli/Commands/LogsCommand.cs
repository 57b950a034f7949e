using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator logs</c>: what commands and workers of this folder have logged, oldest first, of one run or all.</summary>
internal static class LogsCommand
{
    private static readonly string[] Levels = ["verbose", "debug", "information", "warning", "error", "fatal"];

    private static readonly Argument<string?> Run = new("run") { Description = "Only lines that name this workflow id, run id, pipeline or partition.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Level = new("--level") { Description = "Least level: verbose, debug, information, warning, error, fatal.", DefaultValueFactory = _ => "information" };
    private static readonly Option<int> Lines = new("--lines") { Description = "The last so many lines.", DefaultValueFactory = _ => 200 };

    public static Command Create()
    {
        var command = new Command("logs", "Show what commands and workers of this folder have logged.") { Run, Level, Lines };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var least = Array.IndexOf(Levels, call.GetValue(Level)!.ToLowerInvariant());
        if (least < 0)
        {
            throw new UsageException($"--level '{call.GetValue(Level)}': expected one of {string.Join(", ", Levels)}. Help: 'orchestrator logs --help' tells what each option takes.");
        }

        var last = new Queue<LogLine>();
        var limit = Math.Max(1, call.GetValue(Lines));
        var files = Directory.Exists(settings.Logs) ? Directory.GetFiles(settings.Logs, "*.log") : [];
        var lines = new List<LogLine>();
        foreach (var file in files.OrderBy(File.GetLastWriteTimeUtc))
        {
            // A worker may be writing: its file is read as far as it goes.
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            while (await reader.ReadLineAsync(cancellationToken) is { } text)
            {
                if ((call.GetValue(Run) is not { } wanted || text.Contains(wanted, StringComparison.Ordinal)) && TryRead(text, Path.GetFileNameWithoutExtension(file)) is { } line
                    && Array.IndexOf(Levels, line.Level) >= least)
                {
                    lines.Add(line);
                }
            }
        }

        foreach (var line in lines.OrderBy(l => l.At))
        {
            last.Enqueue(line);
            if (last.Count > limit)
            {
                last.Dequeue();
            }
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(last);
        }
        else
        {
            foreach (var line in last)
            {
                Console.WriteLine($"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z {line.Level[..3]} {line.Message}{(line.Exception is { } e ? $"\n  {e.ReplaceLineEndings("\n  ")}" : "")}");
            }

            Console.WriteLine(last.Count == 0 ? $"no line{(call.GetValue(Run) is { } named ? $" about '{named}'" : "")} of level {Levels[least]} or above in '{settings.Logs}'" : last.Count == lines.Count ? Amount.Of(lines.Count, "line") : $"{last.Count} of {lines.Count} lines; --lines shows more");
        }

        return ExitCodes.Ok;
    }

    /// <summary>One line of a log file; null for one that is cut off or not ours.</summary>
    private static LogLine? TryRead(string text, string process)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new LogLine(
                root.GetProperty("Timestamp").GetDateTimeOffset(),
                root.GetProperty("Level").GetString()!.ToLowerInvariant(),
                process,
                root.TryGetProperty("RenderedMessage", out var message) ? message.GetString()! : root.GetProperty("MessageTemplate").GetString()!,
                root.TryGetProperty("Exception", out var exception) ? exception.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>One logged line.</summary>
    private sealed record LogLine(DateTimeOffset At, string Level, string File, string Message, string? Exception);
}
