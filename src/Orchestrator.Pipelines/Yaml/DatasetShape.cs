namespace Orchestrator.Pipelines.Yaml;

/// <summary>The format of one entry under <c>datasets</c>.</summary>
internal static class DatasetShape
{
    public static readonly ObjectShape Root = new(
        "One table: loaded from a source, or made by a SQL model.",
        [
            new("description", new TextShape("What one row is.")),
            new("source", new TextShape("Name of the source whose files are loaded as they are; only for bronze, in place of a model.", PipelineShape.NamePattern, PipelineShape.NameRule)),
            new("model", new TextShape("Path of the SQL model. Default: models/<dataset>.sql unless 'source' is given.")),
            new("contract", new TextShape("Path of the data contract. Default: contracts/<dataset>.odcs.yaml.")),
            new("key", new ListShape("Columns that identify a row within the table.", new TextShape("A column of the contract."))),
            new("merge", new ChoiceShape(
                "How a run's rows enter the table. 'replace': they take the place of the partition's rows. 'append': they are added. 'upsert': by key, rows with a known key replace the old row. 'scd1': by key over the whole table, where a value differs. 'scd2': by key, changed rows end the old version and open a new one. Default: replace.",
                Words.Of<MergeStrategy>())),
            new("sequence_by", PipelineShape.Column("Column that says which of two rows with the same key is newer; for merging by key, needed by 'scd2'.")),
            new("history", new ObjectShape(
                "Columns of 'scd2' that the merge fills; the contract has them, the model does not make them.",
                [
                    new("valid_from", PipelineShape.Column("First moment of a version: the value of 'sequence_by'. Default: valid_from.")),
                    new("valid_to", PipelineShape.Column("First moment after a version; null in the current one. Default: valid_to.")),
                ])),
            new("rows", new ChoiceShape("'conserve': the model gives exactly one row per input row of the partition, checked. 'aggregate': it may give any number. Default: conserve for a source, aggregate for a model.", Words.Of<RowPolicy>())),
            new("deduplicate", new ObjectShape(
                "Which of the rows with equal key stays; the others are dropped by this rule and counted.",
                [
                    new("rule", new TextShape("Name of the rule, shown wherever dropped rows are counted.", PipelineShape.NamePattern, PipelineShape.NameRule), Required: true),
                    new("order_by", new ListShape("The first row in this order stays. Has to be decisive: end it with a column that differs between any two rows.", new TextShape("A column, then 'asc' or 'desc', then 'nulls first' or 'nulls last'.", "^[A-Za-z_][A-Za-z0-9_]*( +(asc|desc))?( +nulls +(first|last))?$", "'column', 'column desc' or 'column desc nulls last'")), Required: true),
                ])),
            new("reads", new MapShape(
                "How much of an upstream table the model reads. Tables that the SQL names and this does not are read for the same partition only.",
                new ObjectShape("What is read.", [new("lookback", new IntegerShape("How many earlier partitions are read besides the run's own. Default: 0.", 0, 100_000))]),
                PipelineShape.DatasetPattern, "a dataset of this pipeline", MinItems: 0)),
            new("generated", new BooleanShape("Whether the model makes its rows of nothing, such as a table of dates. Default: false; a model that no source reaches is then an error.")),
            new("partition_column", PipelineShape.Column("Column that holds the partition in this table. Default: partitioning.column.")),
            new("quality", PolicyShapes.Quality),
            new("maintain", PolicyShapes.Maintain),
            new("concurrency_group", new TextShape("Group under 'concurrency_groups' within which the dataset is made.", PipelineShape.GroupPattern, PipelineShape.GroupRule)),
        ],
        "pii", "retention", "clustering", "lateness", "alerts", "tags");
}
