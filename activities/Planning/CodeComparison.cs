using Lakehouse.Contracts;
using Lakehouse.DuckDb;
using Lakehouse.Lineage;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Models;

namespace Orchestrator.Activities.Planning;

/// <summary>
/// What changed between the code that a run used and the code there is, dataset by dataset down the graph: by the parse trees of the models, the difference of the
/// contracts, and column lineage. Where it cannot be shown that something stays, it counts as changed.
/// </summary>
internal sealed class CodeComparison(CodeSnapshot old, PipelineSpec spec)
{
    private readonly Dictionary<string, Effect> _effects = new(StringComparer.Ordinal);

    /// <summary>Every dataset that is or reads something changed, in graph order, those that nothing happens to among them.</summary>
    public IReadOnlyList<DatasetChange> Compare()
    {
        var changes = new List<DatasetChange>();
        foreach (var dataset in spec.Datasets)
        {
            var effect = Own(dataset);
            var isReader = dataset.Reads.Keys.Any(_effects.ContainsKey);
            if (isReader)
            {
                Inherit(dataset, effect);
            }

            if (effect.Own.Count > 0 || isReader)
            {
                _effects[dataset.Name] = effect;
                changes.Add(effect.Describe(dataset.Name));
            }
        }

        return changes;
    }

    private Effect Own(Dataset dataset)
    {
        var effect = new Effect();
        if (old.Engine != DuckDbLibrary.Version)
        {
            effect.Code($"engine {old.Engine}, now {DuckDbLibrary.Version}");
            effect.AllRows("another engine may compute differently");
        }

        if (old.Datasets.FirstOrDefault(d => d.Name == dataset.Name) is not { } before)
        {
            effect.Code("new dataset");
            effect.AllRows("it is new");
            return effect;
        }

        if (before.Settings != dataset.FingerprintParts.Settings)
        {
            effect.Code("settings in pipeline.yaml");
            effect.AllRows("its settings decide on rows");
        }

        if (before.Model != dataset.FingerprintParts.Model)
        {
            Model(before, dataset, effect);
        }

        if (before.Contract != dataset.FingerprintParts.Contract)
        {
            Contract(before, dataset, effect);
        }

        JudgeRows(dataset, effect);
        return effect;
    }

    private static void Model(DatasetCode before, Dataset dataset, Effect effect)
    {
        if (before.Sql is null || dataset.Model is null)
        {
            effect.Code(dataset.Model is null ? "loaded from a source instead of made by a model" : "made by a model instead of loaded from a source");
            effect.AllRows("it is made in another way");
            return;
        }

        var difference = QueryDifference.Between(before.Sql, dataset.Model.Sql);
        var columns = new[] { ("adds", difference.Added), ("changes", difference.Changed), ("drops", difference.Removed) }
            .Where(p => p.Item2.Count > 0).Select(p => $"{p.Item1} {string.Join(", ", p.Item2)}");
        var file = Path.GetRelativePath(Path.GetDirectoryName(Path.GetDirectoryName(dataset.Model.Path)!)!, dataset.Model.Path);
        effect.Code($"model {file}: {(difference.Rows ? difference.Reason : difference.IsNone ? "order of columns or names" : string.Join("; ", columns))}");
        if (difference.Rows)
        {
            effect.AllRows(difference.Reason!);
        }

        effect.Added.UnionWith(difference.Added);
        effect.Changed.UnionWith([.. difference.Changed, .. difference.Removed]);
    }

    private static void Contract(DatasetCode before, Dataset dataset, Effect effect)
    {
        var parsed = ContractParser.Parse(before.ContractText, dataset.ContractPath, UnknownKeys.Ignore);
        var changes = parsed.Contract is { } earlier
            ? ContractDiff.Compare(earlier, dataset.Contract).Changes.Where(c => c.Table == dataset.Schema.Name && c.Kind is not (ContractChangeKind.DocumentationChanged or ContractChangeKind.DeprecationChanged)).ToArray()
            : [];
        if (changes.Length == 0)
        {
            effect.Contract("contract");
            effect.AllRows("its contract decides on rows");
        }

        foreach (var change in changes)
        {
            effect.Contract($"contract: {change.Description}");
            switch (change.Kind)
            {
                case ContractChangeKind.ColumnsReordered:
                    break;
                case ContractChangeKind.ColumnAdded when change is { Column: not null, Impact: not ContractImpact.Breaking }:
                    effect.Added.Add(change.Column);
                    break;
                case ContractChangeKind.ColumnAdded or ContractChangeKind.ColumnRemoved or ContractChangeKind.ColumnRenamed or ContractChangeKind.TypeChanged or ContractChangeKind.ClassificationChanged
                    when change.Column is not null:
                    effect.Changed.Add(change.Column);
                    break;
                default:
                    effect.AllRows("its contract decides on rows");
                    break;
            }
        }
    }

    /// <summary>What the models that a dataset reads have done to it, by its own column lineage.</summary>
    private void Inherit(Dataset dataset, Effect effect)
    {
        var upstream = dataset.Reads.Keys.Where(_effects.ContainsKey).Order(StringComparer.Ordinal).Select(name => (Name: name, Effect: _effects[name])).Where(u => u.Effect.Category != ChangeCategory.None).ToArray();
        if (upstream.Length == 0)
        {
            return;
        }

        if (upstream.FirstOrDefault(u => u.Effect.RowsBecause is not null).Name is { } other)
        {
            effect.AllRows($"it reads {other}");
        }

        var lineage = ModelLineage.Of(spec, dataset);
        if (!lineage.IsExact)
        {
            effect.AllRows($"it reads {upstream[0].Name} in a way that cannot be followed");
        }

        foreach (var (name, source) in upstream)
        {
            // A model that is itself new names what it adds; one that is not can only meet new columns through a star.
            var isNewModel = effect.IsCode;
            bool Is(LineageEdge edge, HashSet<string> columns) => edge.Table == name && columns.Contains(edge.Column);
            if (lineage.Rows.FirstOrDefault(e => Is(e, source.Changed) || (!isNewModel && Is(e, source.Added))) is { } row)
            {
                effect.AllRows($"{name}.{row.Column} decides on its rows");
            }

            foreach (var column in lineage.Columns)
            {
                if (column.Sources.Any(e => Is(e, source.Changed)))
                {
                    effect.Changed.Add(column.Name);
                }
                else if (!isNewModel && column.Sources.Any(e => Is(e, source.Added)))
                {
                    (column.Sources.All(e => Is(e, source.Added) && e.Kind == TransformationKind.Identity) ? effect.Added : effect.Changed).Add(column.Name);
                }
            }
        }

        JudgeRows(dataset, effect);
    }

    /// <summary>Values by which rows are kept aside, told apart or put into partitions decide on rows.</summary>
    private static void JudgeRows(Dataset dataset, Effect effect)
    {
        foreach (var column in effect.Changed.Concat(effect.Added).Order(StringComparer.Ordinal))
        {
            if (dataset.Key.Contains(column, StringComparer.OrdinalIgnoreCase) || column.Equals(dataset.PartitionColumn, StringComparison.OrdinalIgnoreCase)
                || dataset.Deduplicate?.OrderBy.Any(o => o.Column.Equals(column, StringComparison.OrdinalIgnoreCase)) == true)
            {
                effect.AllRows($"{column} tells its rows apart");
            }
            else if (IsChecked(dataset.Schema, column))
            {
                effect.AllRows($"{column} is checked: rows may be kept aside");
            }
        }
    }

    private static bool IsChecked(ContractTable table, string name) =>
        table.Quality.Any(r => r.Type == QualityRuleType.Custom && r.Engine == "duckdb" && (r.Implementation?.Contains(name, StringComparison.OrdinalIgnoreCase) ?? true))
        || table.Columns.Where(c => c.ColumnName.Equals(name, StringComparison.OrdinalIgnoreCase)).Any(c =>
            c.Required || c.PrimaryKey || c.Options != LogicalTypeOptions.None || c.Relationships.Count > 0 || c.Quality.Any(q => q.Type != QualityRuleType.Text));

    /// <summary>What happens to one dataset, while it is being found out.</summary>
    private sealed class Effect
    {
        public List<string> Own { get; } = [];

        public HashSet<string> Changed { get; } = new(StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Added { get; } = new(StringComparer.OrdinalIgnoreCase);

        public string? RowsBecause { get; private set; }

        public bool IsCode { get; private set; }

        public bool IsContract { get; private set; }

        public ChangeCategory Category => RowsBecause is not null || Changed.Count > 0 ? ChangeCategory.Breaking : Added.Count > 0 ? ChangeCategory.NonBreaking : ChangeCategory.None;

        public void AllRows(string because) => RowsBecause ??= because;

        public void Code(string what)
        {
            Own.Add(what);
            IsCode = true;
        }

        public void Contract(string what)
        {
            Own.Add(what);
            IsContract = true;
        }

        public DatasetChange Describe(string dataset) => new()
        {
            Dataset = dataset,
            Own = Own,
            Category = Category,
            Changed = [.. Changed.Order(StringComparer.Ordinal)],
            Added = [.. Added.Except(Changed).Order(StringComparer.Ordinal)],
            RowsBecause = RowsBecause,
            IsCode = IsCode,
            IsContract = IsContract,
        };
    }
}
