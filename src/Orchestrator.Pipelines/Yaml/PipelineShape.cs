using Lakehouse.Raw;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Pipelines.Yaml;

/// <summary>The format of <c>pipeline.yaml</c>: the one description that the parser and the editors' JSON Schema share.</summary>
internal static class PipelineShape
{
    /// <summary>Names of pipelines, sources, tables and columns in our own files.</summary>
    public const string NamePattern = "^[a-z][a-z0-9_]*$";

    /// <summary>Names of pipelines: with a partition they make workflow ids, of which Temporal on Postgres or MySQL stores 255 characters.</summary>
    public const string PipelinePattern = "^[a-z][a-z0-9_]{0,99}$";

    /// <summary>What <see cref="PipelinePattern"/> accepts, in words.</summary>
    public const string PipelineRule = NameRule + ", at most 100";

    /// <summary>Names of datasets: layer and table.</summary>
    public const string DatasetPattern = "^(bronze|bronze_restricted|silver|gold)\\.[a-z][a-z0-9_]*$";

    /// <summary>What <see cref="NamePattern"/> accepts, in words.</summary>
    public const string NameRule = "a lower-case name of letters, digits and '_'";

    /// <summary>Names that other systems give: routes, roles.</summary>
    public const string LabelPattern = "^[A-Za-z0-9][A-Za-z0-9_.@-]*$";

    /// <summary>What <see cref="LabelPattern"/> accepts, in words.</summary>
    public const string LabelRule = "a name of letters, digits, '_', '-', '.' and '@'";

    /// <summary>Names of groups and tenants: Temporal's fairness keys have 64 characters.</summary>
    public const string GroupPattern = "^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$";

    /// <summary>What <see cref="GroupPattern"/> accepts, in words.</summary>
    public const string GroupRule = LabelRule + ", at most 64";

    /// <summary>What <see cref="DatasetPattern"/> accepts, in words.</summary>
    public const string DatasetRule = "a layer ('bronze', 'bronze_restricted', 'silver' or 'gold'), a dot and " + NameRule;

    public static readonly ObjectShape Root = new(
        "A data pipeline: sources, datasets and the limits within which it may run.",
        [
            new("name", new TextShape("Name of the pipeline, unique among all: it stands in workflow ids and in every commit.", PipelinePattern, PipelineRule), Required: true),
            new("owner", new TextShape("Person or team that answers for the pipeline."), Required: true, "every pipeline names who answers for it, e.g. 'owner: data-platform'."),
            new("description", new TextShape("What the pipeline is for.")),
            new("tenant", new TextShape("Tenant that the pipeline works for: live runs of all tenants share workers fairly. Default: default.", GroupPattern, GroupRule)),
            new("priority", new IntegerShape("Priority of its live runs, 1 is the highest. Default: 3.", 1, 5)),
            new("partitioning", Partitioning(), Required: true),
            new("sources", new MapShape("Where raw files come from, by name.", Source(), NamePattern, NameRule)),
            new("inputs", new MapShape("Datasets of other pipelines that models of this one read, by the name that stands in their SQL.", Input(), DatasetPattern, DatasetRule)),
            new("datasets", new MapShape("The tables that the pipeline makes, by name 'layer.table'.", DatasetShape.Root, DatasetPattern, DatasetRule), Required: true),
            new("limits", Limits(), Required: true, "a pipeline without limits is refused: a run that nothing stops is a financial risk."),
            new("concurrency", new IntegerShape("How many partitions run at once. Default: 1.", 1, 10_000)),
            new("concurrency_groups", PolicyShapes.Groups),
            new("retry", PolicyShapes.Retry),
            new("lateness", PolicyShapes.Lateness),
            new("wrong_day", PolicyShapes.WrongDay),
            new("quality", PolicyShapes.Quality),
            new("sla", PolicyShapes.ServiceLevel),
            new("alerts", PolicyShapes.Alerts),
            new("maintain", PolicyShapes.Maintain),
            new("calendar", ScheduleShapes.Calendar),
            new("schedule", ScheduleShapes.Schedule),
            new("triggers", ScheduleShapes.Triggers),
        ]);

    /// <summary>A column of a contract.</summary>
    public static TextShape Column(string description) => new(description, "^[A-Za-z_][A-Za-z0-9_]*$", "a column name");

    private static ObjectShape Partitioning() => new(
        "How the data is cut: one run works on one partition.",
        [
            new("unit", new ChoiceShape("What one partition covers. 'list': the values given here. 'static': everything is one partition. 'file': what the name of a source's file says.", Words.Of<PartitionUnit>(), "year"), Required: true),
            new("column", Column("Column that holds the partition in every table of the pipeline."), Required: true),
            new("start", new TextShape("First partition (inclusive), e.g. '2020-01-22'. Default: no lower bound.")),
            new("end", new TextShape("First partition after the last (exclusive). Default: open end.")),
            new("time_zone", new TextShape("IANA name of the zone of days, weeks and months, e.g. 'Europe/Berlin'. Default: UTC.")),
            new("values", new ListShape("The partitions of unit 'list', in order.", new TextShape("One partition.", "^[A-Za-z0-9_.-]{1,120}$", "letters, digits, '_', '-' and '.', at most 120"))),
        ]);

    private static ObjectShape Source() => new(
        "Raw files, each of one partition.",
        [
            new("path", new TextShape("Path of the files, relative to the pipeline's folder or s3://bucket/path?endpoint=…&region=…, with {yyyy} {MM} {dd} {HH} or {partition} where the partition stands and * for anything within a name."), Required: true),
            new("format", new ChoiceShape("Format of the files, packed with gzip or zstd or not. Default: what the contract says in its custom property 'format', otherwise csv.", RawFormats.Words, "json", "avro", "orc", "excel")),
            new("deleted", new ChoiceShape("What becomes of published rows whose file is deleted while others of its partition are there. 'keep': they stay, as bronze loses nothing. 'remove': what lies there is the whole partition, as where every writing gives files new names. Default: keep.", Words.Of<DeletedFiles>())),
            new("description", new TextShape("What the source is.")),
            new("credentials", new TextShape("Where the credentials of a bucket are found, as ${env:NAME}, ${secret:NAME} or ${file:/path}; never the credentials themselves. What lies there is ID:SECRET or ID:SECRET:TOKEN. Default: what 'credentials' in the path's parameters names, otherwise the chain of AWS tools.", Policies.SecretReference.Pattern, "a reference: '${env:NAME}', '${secret:NAME}' or '${file:/path}'")),
            new("concurrency_group", new TextShape("Group under 'concurrency_groups' within which its files are read.", GroupPattern, GroupRule)),
        ],
        "arrival", "freshness");

    private static ObjectShape Input() => new(
        "A dataset of another pipeline.",
        [
            new("pipeline", new TextShape("The pipeline that makes it; its folder lies beside this one.", PipelinePattern, PipelineRule), Required: true),
            new("dataset", new TextShape("Its name there. Default: the same as here.", DatasetPattern, DatasetRule)),
            new("partitions", new ChoiceShape("Which partitions a run reads. 'aligned': those that cover the time of its own partition (all days of a month, the month of a day). 'latest': the newest. 'all': every one. Default: aligned.", Words.Of<Inputs.PartitionSelection>())),
            new("lookback", new IntegerShape("How many earlier partitions, in the unit of the pipeline that makes it, are read besides the aligned ones. Default: 0.", 0, 100_000)),
            new("when_held", new ChoiceShape("What a run does while a partition that it reads is held. Default: what the pipeline that makes it says.", Words.Of<Policies.HeldInput>())),
        ]);

    private static ObjectShape Limits() => new(
        "What a run may use at most. A run that reaches a limit fails by that limit's name and publishes nothing.",
        [
            new("run_timeout", new DurationShape("Longest time of one run."), Required: true),
            new("step_timeout", new DurationShape("Longest time of one step of a run. Default: run_timeout.")),
            new("memory", new SizeShape("Memory of the SQL engine in one step."), Required: true),
            new("spill", new SizeShape("Disk space that one step may use when memory is not enough."), Required: true),
            new("input_bytes", new SizeShape("Bytes of source files that one run may read."), Required: true),
            new("threads", new IntegerShape("Threads of the SQL engine in one step. Default: as many as the machine has cores.", 1, 1024)),
            new("rows", new IntegerShape("Rows that one dataset may get in one run. Default: no limit.", 1)),
            new("cost", new NumberShape("What one run may cost, in the currency of the workers' price list. Default: no limit.", 0, 1_000_000_000)),
        ]);
}
