namespace Orchestrator.Pipelines.Yaml;

/// <summary>The format of <c>pipeline.yaml</c>: the one description that the parser and the editors' JSON Schema share.</summary>
internal static class PipelineShape
{
    /// <summary>Names of pipelines, sources, tables and columns in our own files.</summary>
    public const string NamePattern = "^[a-z][a-z0-9_]*$";

    /// <summary>Names of datasets: layer and table.</summary>
    public const string DatasetPattern = "^(bronze|bronze_restricted|silver|gold)\\.[a-z][a-z0-9_]*$";

    private const string NameRule = "a lower-case name of letters, digits and '_'";

    public static readonly ObjectShape Root = new(
        "A data pipeline: sources, datasets and the limits within which it may run.",
        [
            new("name", new TextShape("Name of the pipeline, unique among all: it stands in workflow ids and in every commit.", NamePattern, NameRule), Required: true),
            new("owner", new TextShape("Person or team that answers for the pipeline."), Required: true, "every pipeline names who answers for it, e.g. 'owner: data-platform'."),
            new("description", new TextShape("What the pipeline is for.")),
            new("partitioning", Partitioning(), Required: true),
            new("sources", new MapShape("Where raw files come from, by name.", Source(), NamePattern, NameRule)),
            new("datasets", new MapShape("The tables that the pipeline makes, by name 'layer.table'.", Dataset(), DatasetPattern, "a layer ('bronze', 'bronze_restricted', 'silver' or 'gold'), a dot and " + NameRule), Required: true),
            new("limits", Limits(), Required: true, "a pipeline without limits is refused: a run that nothing stops is a financial risk."),
            new("concurrency", new IntegerShape("How many partitions run at once. Default: 1.", 1, 10_000)),
        ],
        "schedule", "lateness", "quality", "alerts", "retry", "sla", "calendar", "triggers", "tenant", "priority");

    private static ObjectShape Partitioning() => new(
        "How the data is cut: one run works on one partition.",
        [
            new("unit", new ChoiceShape("What one partition covers.", ["hour", "day", "week", "month", "list"], "year", "file"), Required: true),
            new("column", new TextShape("Column that holds the partition in every table of the pipeline.", "^[A-Za-z_][A-Za-z0-9_]*$", "a column name"), Required: true),
            new("start", new TextShape("First partition (inclusive), e.g. '2020-01-22'. Default: no lower bound.")),
            new("end", new TextShape("First partition after the last (exclusive). Default: open end.")),
            new("time_zone", new TextShape("IANA name of the zone of days, weeks and months, e.g. 'Europe/Berlin'. Default: UTC.")),
            new("values", new ListShape("The partitions of unit 'list', in order.", new TextShape("One partition.", "^[A-Za-z0-9_.-]+$", "letters, digits, '_', '-' and '.'"))),
        ]);

    private static ObjectShape Source() => new(
        "Raw files, each of one partition.",
        [
            new("path", new TextShape("Path of the files, relative to the pipeline's folder, with {yyyy} {MM} {dd} {HH} or {partition} where the partition stands and * for anything within a name."), Required: true),
            new("format", new ChoiceShape("Format of the files. Default: csv.", ["csv"], "json", "parquet", "avro", "excel")),
            new("description", new TextShape("What the source is.")),
        ],
        "arrival", "freshness", "credentials");

    private static ObjectShape Dataset() => new(
        "One table: loaded from a source, or made by a SQL model.",
        [
            new("description", new TextShape("What one row is.")),
            new("source", new TextShape("Name of the source whose files are loaded as they are; only for bronze, in place of a model.", NamePattern, NameRule)),
            new("model", new TextShape("Path of the SQL model. Default: models/<dataset>.sql unless 'source' is given.")),
            new("contract", new TextShape("Path of the data contract. Default: contracts/<dataset>.odcs.yaml.")),
            new("key", new ListShape("Columns that identify a row within the table.", new TextShape("A column of the contract."))),
            new("merge", new ChoiceShape("How a run's rows enter the table. 'replace': they take the place of the partition's rows. 'append': they are added. Default: replace.", ["replace", "append"], "upsert", "scd1", "scd2")),
            new("rows", new ChoiceShape("'conserve': the model gives exactly one row per input row of the partition, checked. 'aggregate': it may give any number. Default: conserve for a source, aggregate for a model.", ["conserve", "aggregate"])),
            new("deduplicate", new ObjectShape(
                "Which of the rows with equal key stays; the others are dropped by this rule and counted.",
                [
                    new("rule", new TextShape("Name of the rule, shown wherever dropped rows are counted.", NamePattern, NameRule), Required: true),
                    new("order_by", new ListShape("The first row in this order stays. Has to be decisive: end it with a column that differs between any two rows.", new TextShape("A column, then 'asc' or 'desc', then 'nulls first' or 'nulls last'.", "^[A-Za-z_][A-Za-z0-9_]*( +(asc|desc))?( +nulls +(first|last))?$", "'column', 'column desc' or 'column desc nulls last'")), Required: true),
                ])),
            new("reads", new MapShape(
                "How much of an upstream table the model reads. Tables that the SQL names and this does not are read for the same partition only.",
                new ObjectShape("What is read.", [new("lookback", new IntegerShape("How many earlier partitions are read besides the run's own. Default: 0.", 0, 100_000))]),
                DatasetPattern, "a dataset of this pipeline", MinItems: 0)),
            new("partition_column", new TextShape("Column that holds the partition in this table. Default: partitioning.column.")),
        ],
        "pii", "retention", "clustering", "lateness", "quality", "alerts", "tags");

    private static ObjectShape Limits() => new(
        "What a run may use at most. A run that reaches a limit fails by that limit's name and publishes nothing.",
        [
            new("run_timeout", new DurationShape("Longest time of one run."), Required: true),
            new("step_timeout", new DurationShape("Longest time of one step of a run. Default: run_timeout.")),
            new("memory", new SizeShape("Memory of the SQL engine in one step."), Required: true),
            new("spill", new SizeShape("Disk space that one step may use when memory is not enough."), Required: true),
            new("input_bytes", new SizeShape("Bytes of source files that one run may read."), Required: true),
            new("threads", new IntegerShape("Threads of the SQL engine in one step. Default: as many as the machine has cores.", 1, 1024)),
        ],
        "cost", "rows");
}
