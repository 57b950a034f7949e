using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Cli.Commands;

/// <summary>A pipeline that a call names, by its folder or by its name.</summary>
internal static class PipelineArgument
{
    /// <summary>An argument for verbs that need the name alone; a folder is taken for its own name, as other verbs are given it.</summary>
    public static Argument<string> ByName() => new("pipeline")
    {
        Description = "Name of the pipeline, for example covid.",
        CustomParser = given => Path.GetFileName(Path.TrimEndingDirectorySeparator(given.Tokens.Single().Value)),
    };

    /// <summary>Reads the pipeline in the environment of the call.</summary>
    /// <param name="settings">The call's settings.</param>
    /// <param name="folder">The folder as it was given.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    /// <exception cref="UsageException">Neither this pipeline nor one beside it has a file of the environment.</exception>
    public static PipelineSpec Load(LocalSettings settings, string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (settings.Environment is { } wanted)
        {
            var known = Siblings(folder).SelectMany(PipelineLoader.Environments).Distinct().Order(StringComparer.Ordinal).ToArray();
            if (!known.Contains(wanted))
            {
                throw new UsageException(
                    $"There is no environment '{wanted}': neither '{folder}' nor a pipeline beside it has a file pipeline.{wanted}.yaml. Expected {(known.Length == 0 ? "none, no pipeline has one" : $"one of: {string.Join(", ", known)}")}. "
                    + Nearest.Help(wanted, known, "create the file, or leave --environment out"));
            }
        }

        return PipelineLoader.Load(folder, settings.Environment);
    }

    /// <summary>The same for a call whose own worker is to find the pipeline: its folder, and those beside it, are the worker's.</summary>
    /// <param name="call">The call.</param>
    /// <param name="folder">The argument that names the folder.</param>
    /// <exception cref="PipelineValidationException">The pipeline is not sound; it carries every error.</exception>
    public static (LocalSettings Settings, PipelineSpec Spec) LoadBesideOthers(ParseResult call, Argument<string> folder)
    {
        var given = Path.TrimEndingDirectorySeparator(Path.GetFullPath(call.GetRequiredValue(folder)));
        var settings = GlobalOptions.Settings(call) with { Pipelines = Path.GetDirectoryName(given)! };
        return (settings, Load(settings, given));
    }

    private static IEnumerable<string> Siblings(string folder) =>
        Path.GetDirectoryName(folder) is { } parent && Directory.Exists(parent) ? Directory.EnumerateDirectories(parent) : [];
}
