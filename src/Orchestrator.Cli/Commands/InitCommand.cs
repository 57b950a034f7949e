using System.CommandLine;
using System.Text.RegularExpressions;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Pipelines;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator init FOLDER</c>: a pipeline with models, contracts, a fixture and sample data that runs as it is.</summary>
internal static partial class InitCommand
{
    private const string Prefix = "template/daily/";

    private static readonly Argument<string> Folder = new("folder") { Description = "Folder to make, for example pipelines/shop; its name is the pipeline's." };
    private static readonly Option<string> Owner = new("--owner") { Description = "Who answers for it.", DefaultValueFactory = _ => "data-platform" };

    public static Command Create()
    {
        var command = new Command("init", "Make a pipeline that runs as it is, with sample data.") { Folder, Owner };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult call)
    {
        var given = call.GetRequiredValue(Folder);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        var name = Path.GetFileName(folder);
        if (!Name().IsMatch(name))
        {
            throw new UsageException($"'{name}' cannot name a pipeline: expected a lower-case name of letters, digits and '_'. Help: for example orchestrator init pipelines/shop.");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new UsageException($"'{folder}' is there already and not empty; nothing was written. Help: give a folder that is not there.");
        }

        var files = new List<string>();
        var assembly = typeof(InitCommand).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var path = Path.Combine(folder, Fill(resource[Prefix.Length..]));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Fill(reader.ReadToEnd()));
            files.Add(Path.GetRelativePath(folder, path));
        }

        // What is handed out is sound, whatever the name and the owner are.
        PipelineLoader.Load(folder);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { pipeline = name, folder, files });
        }
        else
        {
            Console.WriteLine($"made pipeline '{name}' in {folder}:\n{string.Join('\n', files.Select(f => $"  {f}"))}\nnext: orchestrator run {given}");
        }

        return ExitCodes.Ok;

        string Fill(string text) => text.Replace("__name__", name, StringComparison.Ordinal).Replace("__owner__", call.GetValue(Owner), StringComparison.Ordinal).Replace("__folder__", given, StringComparison.Ordinal);
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Name();
}
