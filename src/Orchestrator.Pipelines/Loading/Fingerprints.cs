using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.Yaml;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>
/// What decides a table's content, as one hash. In it: kind, source format, the model's SQL without comments and layout, key, merge,
/// rows, deduplication, lookbacks, inputs, partition column, unit and time zone, and the contract's schema (columns, types, rules, header
/// generations) without documentation. Not in it: names of people, descriptions, limits, concurrency, paths, start and end, the
/// contract's own version; changing those changes no row. The engine's version and the inputs have fingerprints of their own.
/// </summary>
internal static class Fingerprints
{
    /// <summary>Raised when the layout below changes, so that no two layouts can give the same hash.</summary>
    private const string Layout = "dataset/1";

    private static readonly HashSet<string> Documentation = new(StringComparer.Ordinal)
    {
        "description", "businessName", "tags", "authoritativeDefinitions", "dataGranularityDescription", "examples", "transformDescription",
    };

    public static DatasetFingerprint OfDataset(DatasetDraft draft, PipelineSpec spec, string? sourceFormat)
    {
        var partitioning = spec.Partitioning;
        var settings = new StringBuilder();
        Add(settings, draft.Name.Value);
        Add(settings, partitioning.Unit.ToString(), partitioning.TimeZone, draft.PartitionColumn!);
        Add(settings, sourceFormat ?? "model");
        Add(settings, [.. draft.Key]);
        Add(settings, Words.Of(draft.Merge), draft.Rows.ToString());
        Add(settings, [draft.Deduplicate?.Rule ?? "", .. draft.Deduplicate?.OrderBy.Select(o => $"{o.Column} {o.Descending} {o.NullsLast}") ?? []]);
        Add(settings, [.. draft.Reads.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key} {r.Value.ToString(CultureInfo.InvariantCulture)}")]);
        if (draft.Merge is not (MergeStrategy.Replace or MergeStrategy.Append))
        {
            Add(settings, "merge", draft.MergeOptions.SequenceColumn ?? "", draft.MergeOptions.ValidFrom ?? "", draft.MergeOptions.ValidTo ?? "");
        }

        foreach (var input in draft.Inputs.Order(StringComparer.Ordinal).Select(i => spec.Inputs[i]))
        {
            Add(settings, "input", input.Name, input.Pipeline, input.Dataset, Words.Of(input.Partitions), input.Lookback.ToString(CultureInfo.InvariantCulture));
        }

        var contract = new StringBuilder();
        AddYaml(contract, draft.Contract!.Document["schema"]!.Items.First(t => t["name"]?.Text == draft.Schema!.Name), dropDocumentation: true);
        var parts = (Model: draft.CanonicalSql is { } sql ? Hash(sql) : "", Contract: Hash(contract.ToString()), Settings: Hash(settings.ToString()));
        return new DatasetFingerprint(Hash(string.Join('\n', Layout, parts.Model, parts.Contract, parts.Settings)), parts.Model, parts.Contract, parts.Settings);
    }

    public static string OfPipeline(string name, IEnumerable<string> datasets) => Hash(string.Join('\n', datasets.Prepend(name)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Every part with its length, so that no two lists of parts look alike.</summary>
    private static void Add(StringBuilder text, params string[] parts)
    {
        text.Append(parts.Length).Append('\n');
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part).Append('\n');
        }
    }

    private static void AddYaml(StringBuilder text, YamlValue value, bool dropDocumentation)
    {
        switch (value.Kind)
        {
            case YamlKind.Map:
                var entries = value.Entries.Where(e => !dropDocumentation || !Documentation.Contains(e.Key)).OrderBy(e => e.Key, StringComparer.Ordinal).ToList();
                Add(text, "map", entries.Count.ToString(CultureInfo.InvariantCulture));
                foreach (var entry in entries)
                {
                    Add(text, entry.Key);
                    AddYaml(text, entry.Value, dropDocumentation && entry.Key != "customProperties");
                }

                break;
            case YamlKind.List:
                Add(text, "list", value.Items.Count.ToString(CultureInfo.InvariantCulture));
                foreach (var item in value.Items)
                {
                    AddYaml(text, item, dropDocumentation);
                }

                break;
            default:
                Add(text, value.Kind.ToString(), value.Text);
                break;
        }
    }
}
