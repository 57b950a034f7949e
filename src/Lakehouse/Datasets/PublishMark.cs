using System.Text.Json.Nodes;

namespace Lakehouse.Datasets;

/// <summary>Who publishes: by this a commit recognises itself, and a later one shuts out all earlier ones.</summary>
public sealed record PublishMark
{
    /// <summary>The run; names the files.</summary>
    public required string RunId { get; init; }

    /// <summary>What orders the commits: one text for each partition of a dataset.</summary>
    public required string AppId { get; init; }

    /// <summary>Who answers for the rows, the same for all partitions; stands in the files' tags, so that an append finds what it added before.</summary>
    public required string Owner { get; init; }

    /// <summary>Number of the publish; grows by one with each.</summary>
    public required long Epoch { get; init; }

    /// <summary>Numbers that the table is to keep beside the epochs, by their own application ids. Default: none.</summary>
    public IReadOnlyDictionary<string, long> Notes { get; init; } = new Dictionary<string, long>();

    /// <summary>More to say in <c>commitInfo</c>: workflow id, fingerprints, versions read.</summary>
    public JsonObject Info { get; init; } = [];
}
