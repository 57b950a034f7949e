using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator validate PIPELINE</c>: every error of the pipeline's folder at once; nothing runs.</summary>
internal static class ValidateCommand
{
    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline." };

    public static Command Create()
    {
        var command = new Command("validate", "Check a pipeline's folder: pipeline.yaml, models, contracts.") { Pipeline };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult call)
    {
        var json = call.GetValue(GlobalOptions.Json);
        try
        {
            var spec = PipelineLoader.Load(Path.GetFullPath(call.GetRequiredValue(Pipeline)));
            var datasets = spec.Datasets.Select(d => d.Name).ToArray();
            Report(json, new { valid = true, pipeline = spec.Name, datasets, errors = Array.Empty<SpecError>() }, $"'{spec.Name}' is valid: {string.Join(", ", datasets)}.");
            return ExitCodes.Ok;
        }
        catch (PipelineValidationException e)
        {
            Report(json, new { valid = false, pipeline = (string?)null, datasets = Array.Empty<string>(), errors = e.Errors }, e.Message);
            return ExitCodes.Usage;
        }
    }

    private static void Report(bool json, object document, string text)
    {
        if (json)
        {
            JsonOutput.Write(document);
        }
        else
        {
            Console.WriteLine(text);
        }
    }
}
