using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Enumeration;
using Lakehouse.Contracts;
using Lakehouse.Yaml;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Validation;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The pipelines a worker knows: one folder each, most often of the pipeline's name. A folder is read again when one of its files has changed.</summary>
/// <param name="root">Folder that holds the pipelines' folders.</param>
/// <param name="environment">The environment that they are read in. Default: null, none.</param>
public sealed class PipelineFolder(string root, string? environment = null)
{
    private readonly ConcurrentDictionary<string, (string Stamp, PipelineSpec Spec)> _loaded = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ((DateTime, long) Stamp, string Name)> _names = new(StringComparer.Ordinal);

    /// <summary>Loads a pipeline by name.</summary>
    /// <exception cref="PipelineValidationException">The folder is not valid: all errors at once.</exception>
    /// <exception cref="ApplicationFailureException">There is no such pipeline.</exception>
    public PipelineSpec Load(string name)
    {
        if (FolderOf(name) is not { } folder)
        {
            string[] known = [.. Folders().Select(NameOf).Order(StringComparer.Ordinal)];
            var help = DidYouMean.Question(name, known) ?? "check the name, or the worker's --pipelines folder.";
            throw new ApplicationFailureException(
                $"No pipeline '{name}' in '{root}'. Expected one of: {string.Join(", ", known)}. Help: {help}",
                ErrorTypes.PipelineUnknown,
                nonRetryable: true);
        }

        if (_loaded.TryGetValue(name, out var loaded) && loaded.Stamp == Stamp(folder, Data(loaded.Spec)))
        {
            return loaded.Spec;
        }

        while (true)
        {
            var before = Stamp(folder, []);
            var spec = PipelineLoader.Load(folder, environment);
            var stamp = Stamp(folder, Data(spec));
            if (before == Stamp(folder, []))
            {
                _loaded[name] = (stamp, spec);
                return spec;
            }
        }
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

    /// <summary>The names of all pipelines, valid or not: what they call themselves, their folder's name where that cannot be read.</summary>
    public IEnumerable<string> Names() => Folders().Select(NameOf);

    /// <summary>Every pipeline that is valid, by name.</summary>
    public IEnumerable<PipelineSpec> All() => Folders().Select(NameOf).Order(StringComparer.Ordinal).Select(Find).OfType<PipelineSpec>();

    /// <summary>The folder of a pipeline: the one of its name, or another that says so; null when there is none.</summary>
    private string? FolderOf(string name)
    {
        var own = Path.Combine(root, name);
        return name.Length > 0 && name == Path.GetFileName(name) && File.Exists(Path.Combine(own, PipelineLoader.FileName)) && NameOf(own) == name
            ? own
            : Folders().FirstOrDefault(f => NameOf(f) == name);
    }

    private IEnumerable<string> Folders() => Directory.Exists(root)
        ? Directory.EnumerateFiles(root, PipelineLoader.FileName, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The name that a pipeline gives itself; its folder's where it gives none, so that whoever loads it is told what is wrong.</summary>
    private string NameOf(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, PipelineLoader.FileName));
        var stamp = (file.LastWriteTimeUtc, file.Length);
        if (!_names.TryGetValue(folder, out var known) || known.Stamp != stamp)
        {
            _names[folder] = known = (stamp, YamlReader.Read(File.ReadAllText(file.FullName), out _)?["name"]?.AsString() ?? Path.GetFileName(folder));
        }

        return known.Name;
    }

    /// <summary>Folders of the pipeline's own that hold data, of which there may be very much, and no model or contract.</summary>
    private static string[] Data(PipelineSpec spec)
    {
        var read = spec.Datasets.SelectMany(d => new[] { d.Model?.Path, d.ContractPath }).OfType<string>().ToArray();
        return [.. spec.Sources.Values.Where(s => s.Path.Bucket is null).Select(s => Path.TrimEndingDirectorySeparator(s.Path.Folder)).Where(f => !read.Any(r => r.StartsWith(f + Path.DirectorySeparatorChar, StringComparison.Ordinal)))];
    }

    /// <summary>Path, time and size of every file that says what the pipeline does.</summary>
    /// <param name="folder">The pipeline's folder.</param>
    /// <param name="except">Folders that are not looked into.</param>
    private static string Stamp(string folder, string[] except)
    {
        var files = new FileSystemEnumerable<string>(
            folder,
            (ref entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.ToFullPath()}|{entry.LastWriteTimeUtc.Ticks}|{entry.Length}"),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && (entry.FileName.EndsWith(".yaml", StringComparison.Ordinal) || entry.FileName.EndsWith(".sql", StringComparison.Ordinal)),
            ShouldRecursePredicate = (ref entry) => except.Length == 0 || !except.Contains(entry.ToFullPath(), StringComparer.Ordinal),
        };
        return string.Join('\n', files.Order(StringComparer.Ordinal));
    }
}
