using System.Text.Json.Nodes;
using Lakehouse.Delta.Transactions;

namespace Lakehouse.Delta;

/// <summary>A commit to be made against whatever the table's head is then.</summary>
public sealed record CommitRequest
{
    /// <summary>Unique for this piece of work and the same on every repetition of it: by this a commit recognises itself.</summary>
    public required string Id { get; init; }

    /// <summary>Entry that orders the works of one application on the table; a later one shuts out all earlier ones.</summary>
    public required TransactionAction Transaction { get; init; }

    /// <summary>Name of the operation, for people and tools that read the history: <c>WRITE</c>, <c>REPLACE PARTITIONS</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>More to say in <c>commitInfo</c>: workflow id, versions read.</summary>
    public JsonObject Info { get; init; } = [];

    /// <summary>Adds and removes, made from the head at each attempt.</summary>
    public required Func<DeltaSnapshot, IEnumerable<DeltaAction>> Changes { get; init; }

    /// <summary>Asked before each attempt with the head it would follow: a text refuses the commit and says why. Default: null, never refuses.</summary>
    public Func<DeltaSnapshot, CancellationToken, Task<string?>>? Veto { get; init; }

    /// <summary>
    /// Work that makes more changes from the head at each attempt, and says what the commit did: its operation, parameters and counts take the place of
    /// <see cref="Operation"/>. Default: null, <see cref="Changes"/> are all.
    /// </summary>
    public Func<DeltaTransaction, CancellationToken, Task<CommitDescription>>? Work { get; init; }
}

/// <summary>Outcome of a commit.</summary>
/// <param name="Version">Version that holds it; null when it was refused.</param>
/// <param name="AlreadyThere">True when an earlier attempt of the same work had made it.</param>
/// <param name="Refusal">Why it was refused; null when it was not.</param>
public sealed record CommitResult(long? Version, bool AlreadyThere, string? Refusal);
