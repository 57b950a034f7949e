namespace Orchestrator.Pipelines.Yaml;

/// <summary>The format of fixture files: <c>tests/*.yaml</c> with a key <c>model</c>.</summary>
internal static class FixtureShape
{
    private static readonly MapShape Row = new("One row: column to value; columns that are left out are null in 'given' and not compared in 'expect'.", new CellShape("A value, read as text and cast to the column's type."), "^[^ ].*$", "a column name", MinItems: 0);

    public static readonly ObjectShape Root = new(
        "Tests of one model: rows that go in, rows that have to come out.",
        [
            new("model", new TextShape("The dataset whose model is tested.", PipelineShape.DatasetPattern, "a dataset such as 'silver.cases'"), Required: true),
            new("tests", new ListShape("The tests.", Test()), Required: true),
        ]);

    private static ObjectShape Test() => new(
        "One test.",
        [
            new("name", new TextShape("What the test shows."), Required: true),
            new("description", new TextShape("Why it matters.")),
            new("partition", new TextShape("The partition that is made; it gives the model's parameters, and the partition column of given rows that leave it out."), Required: true),
            new("given", new MapShape("Rows of the tables that the model reads; a table that is left out is empty.", new ListShape("Rows.", Row, MinItems: 0), PipelineShape.DatasetPattern, "a dataset that the model reads", MinItems: 0)),
            new("expect", new ListShape("All rows that the model has to give, each with the same columns.", Row, MinItems: 0), Required: true),
            new("ordered", new BooleanShape("Whether the order of the rows counts. Default: false.")),
        ]);
}
