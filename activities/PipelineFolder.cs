using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Validation;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The pipelines a worker knows: one folder each. A folder is read again when one of its files has changed.</summary>
/// <param name="root">Folder that holds the pipelines' folders.</param>
public sealed class PipelineFolder(string root)
{
    private readonly ConcurrentDictionary<string, (string Stamp, PipelineSpec Spec)> _loaded = new(StringComparer.Ordinal);

    /// <summary>Loads a pipeline by name.</summary>
    /// <exception cref="PipelineValidationException">The folder is not valid: all errors at once.</exception>
    /// <exception cref="ApplicationFailureException">There is no such pipeline.</exception>
    public PipelineSpec Load(string name)
    {
        var folder = Path.Combine(root, name);
        if (name.Length == 0 || name != Path.GetFileName(name) || !File.Exists(Path.Combine(folder, "pipeline.yaml")))
        {
            throw new ApplicationFailureException(
                $"No pipeline '{name}' in '{root}'. Expected one of: {string.Join(", ", Known())}. Help: check the name, or the worker's --pipelines folder.",
                ErrorTypes.PipelineUnknown,
                nonRetryable: true);
        }

        var stamp = Stamp(folder);
        if (_loaded.TryGetValue(name, out var loaded) && loaded.Stamp == stamp)
        {
            return loaded.Spec;
        }

        var spec = PipelineLoader.Load(folder);
        _loaded[name] = (stamp, spec);
        return spec;
    }

    /// <summary>Loads a pipeline by name; null when there is none or it is not valid.</summary>
    public PipelineSpec? Find(string name)
    {
        try
        {
            return Load(name);
        }
        catch (Exception e) when (e is PipelineValidationException or ApplicationFailureException)
        {
            // Whoever asks so can do without it.
            return null;
        }
    }

    /// <summary>Every pipeline that is valid, by name.</summary>
    public IEnumerable<PipelineSpec> All() => Known().Select(Find).OfType<PipelineSpec>();

    private IEnumerable<string> Known() => Directory.Exists(root)
        ? Directory.EnumerateFiles(root, "pipeline.yaml", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(f => Path.GetFileName(Path.GetDirectoryName(f)!)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>Path, time and size of every file that says what the pipeline does; the sample data is not among them.</summary>
    private static string Stamp(string folder)
    {
        var stamp = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) is ".yaml" or ".sql")
            {
                var about = new FileInfo(file);
                stamp.Append(CultureInfo.InvariantCulture, $"{file}|{about.LastWriteTimeUtc.Ticks}|{about.Length}\n");
            }
        }

        return stamp.ToString();
    }
}
