using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator validate PIPELINE</c>: every error of the pipeline's folder at once, in all its environments unless one is named; nothing runs.</summary>
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
        var (settings, folder) = (GlobalOptions.Settings(call), call.GetRequiredValue(Pipeline));
        string?[] environments = settings.Environment is { } only ? [only] : [null, .. PipelineLoader.Environments(Path.GetFullPath(folder))];
        var errors = new List<SpecError>();
        PipelineSpec? first = null;
        foreach (var environment in environments)
        {
            try
            {
                var spec = PipelineArgument.Load(settings with { Environment = environment }, folder);
                first ??= spec;
            }
            catch (PipelineValidationException e)
            {
                // What stands in pipeline.yaml is wrong in every environment.
                errors.AddRange(e.Errors.Except(errors));
            }
        }

        if (errors.Count > 0)
        {
            Report(json, new { valid = false, pipeline = (string?)null, datasets = Array.Empty<string>(), errors }, new PipelineValidationException(Path.GetFullPath(folder), errors).Message);
            return ExitCodes.Usage;
        }

        var datasets = first!.Datasets.Select(d => d.Name).ToArray();
        var named = environments.OfType<string>().ToArray();
        Report(
            json,
            new { valid = true, pipeline = first.Name, datasets, errors },
            $"'{first.Name}' is valid{(named.Length > 0 ? $", also in {string.Join(", ", named)}" : "")}: {string.Join(", ", datasets)}.");
        return ExitCodes.Ok;
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
