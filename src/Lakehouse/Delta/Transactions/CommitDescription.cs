using System.Text.Json.Nodes;

namespace Lakehouse.Delta.Transactions;

/// <summary>What a commit says of itself in <c>commitInfo</c>, and by what it is recognised when the reply to it is lost.</summary>
public sealed record CommitDescription
{
    /// <summary>Name of the operation as Spark names it: <c>WRITE</c>, <c>MERGE</c>, <c>DELETE</c>, <c>OPTIMIZE</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Its parameters; Spark writes lists and maps as texts that hold JSON. Default: none.</summary>
    public JsonObject Parameters { get; init; } = [];

    /// <summary>Its counts, written as texts. Default: none.</summary>
    public IReadOnlyDictionary<string, long> Metrics { get; init; } = new Dictionary<string, long>();

    /// <summary>More fields at the top level: <c>workflowId</c>, <c>runId</c>. Default: none.</summary>
    public JsonObject Info { get; init; } = [];

    /// <summary>Id of the work, the same on each repetition of it. Default: a new one.</summary>
    public string CommitId { get; init; } = Guid.NewGuid().ToString();

    /// <summary>The level to hold the commit to. Default: null, the table's <c>delta.isolationLevel</c>, or snapshot isolation when no row changes.</summary>
    public IsolationLevel? Isolation { get; init; }

    /// <summary>Whether the commit only adds rows and reads none. Default: null, found from what the transaction did.</summary>
    public bool? IsBlindAppend { get; init; }
}
