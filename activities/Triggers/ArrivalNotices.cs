using System.Text.Json;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Triggers;

/// <summary>
/// Files that tell of arrived objects, one or more in each: a line is a path (absolute, or relative to the pipeline's folder), or the whole file is a JSON document whose
/// <c>path</c>, <c>uri</c> or <c>key</c>, at whatever depth, names one, as the events of object stores do. They only make a look come sooner: what they name is looked at in
/// the source itself, and what no file names is found by the next listing.
/// </summary>
/// <param name="spec">The pipeline.</param>
public sealed class ArrivalNotices(PipelineSpec spec)
{
    private static readonly string[] Names = ["path", "uri", "key"];

    /// <summary>Removes files that have been dealt with.</summary>
    public static void Remove(IEnumerable<string> handled)
    {
        foreach (var file in handled.Where(File.Exists))
        {
            File.Delete(file);
        }
    }

    /// <summary>The files that are there, and the partitions that they tell of.</summary>
    public (IReadOnlyList<string> Files, IReadOnlyList<PartitionKey> Partitions) Read()
    {
        var (files, partitions) = (new List<string>(), new SortedSet<PartitionKey>());
        foreach (var (name, arrival) in spec.Triggers.Arrivals)
        {
            var folder = arrival.Notifications is { } relative ? Path.GetFullPath(Path.Combine(spec.Folder, relative)) : null;
            if (folder is null || !Directory.Exists(folder))
            {
                continue;
            }

            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                files.Add(file);
                var template = spec.Sources[name].Path;
                foreach (var path in PathsIn(File.ReadAllText(file)).Select(p => template.Absolute(p, spec.Folder)))
                {
                    if (template.TryMatch(path, spec.Partitioning.Calendar, out var partition, out _) && spec.Partitioning.Contains(partition))
                    {
                        partitions.Add(partition);
                    }
                }
            }
        }

        return (files, [.. partitions]);
    }

    private static IEnumerable<string> PathsIn(string text)
    {
        if (text.TrimStart() is not ['{' or '[', ..])
        {
            return text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. PathsIn(document.RootElement)];
        }
        catch (JsonException)
        {
            // Half a file, or none of ours: the next listing finds what it was about.
            return [];
        }
    }

    private static IEnumerable<string> PathsIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(PathsIn),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p.Value.ValueKind == JsonValueKind.String ? Names.Contains(p.Name, StringComparer.OrdinalIgnoreCase) ? Read(p.Name, p.Value.GetString()!) : [] : PathsIn(p.Value)),
        _ => [],
    };

    /// <summary>The events of object stores write keys as forms do: a plus for a blank, other signs as percent codes.</summary>
    private static string[] Read(string name, string value) => name.Equals("key", StringComparison.OrdinalIgnoreCase) && value.AsSpan().IndexOfAny('+', '%') >= 0 ? [value, Uri.UnescapeDataString(value.Replace('+', ' '))] : [value];
}
