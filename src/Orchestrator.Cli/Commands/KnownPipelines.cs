using Orchestrator.Activities;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Validation;

namespace Orchestrator.Cli.Commands;

/// <summary>The pipelines of the configured folder, those that can be read and those that cannot.</summary>
/// <param name="Specs">Pipelines that are sound, by name.</param>
/// <param name="Broken">Folders of those that are not, with what is wrong first.</param>
internal sealed record KnownPipelines(IReadOnlyList<PipelineSpec> Specs, IReadOnlyList<(string Folder, string Error)> Broken)
{
    public static KnownPipelines Load(LocalSettings settings)
    {
        var (specs, broken) = (new List<PipelineSpec>(), new List<(string, string)>());
        var folders = Directory.Exists(settings.Pipelines) ? Directory.EnumerateDirectories(settings.Pipelines).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var folder in folders.Where(f => File.Exists(Path.Combine(f, PipelineLoader.FileName))))
        {
            try
            {
                specs.Add(PipelineLoader.Load(folder, settings.Environment));
            }
            catch (PipelineValidationException e)
            {
                broken.Add((folder, e.Errors[0].ToString()));
            }
        }

        return new KnownPipelines([.. specs.OrderBy(s => s.Name, StringComparer.Ordinal)], broken);
    }

    /// <summary>Names of the pipelines that cannot be read.</summary>
    public IReadOnlySet<string> BrokenNames(LocalSettings settings) =>
        new PipelineFolder(settings.Pipelines, settings.Environment).Names().Except(Specs.Select(s => s.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The pipeline that makes a dataset.</summary>
    /// <exception cref="UsageException">None does.</exception>
    public static PipelineSpec MakerOf(LocalSettings settings, string dataset)
    {
        var known = Load(settings);
        var made = known.Specs.SelectMany(s => s.Datasets).Select(d => d.Name).ToArray();
        return known.Specs.FirstOrDefault(s => s.Datasets.Any(d => d.Name == dataset))
            ?? throw new UsageException(
                $"No pipeline under '{settings.Pipelines}' makes '{dataset}'. Expected one of: {string.Join(", ", made)}. {Nearest.Help(dataset, made, "check the name, or give --pipelines")}");
    }
}
