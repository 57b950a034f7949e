using System.Globalization;
using System.Text.Json.Serialization;
using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <summary>How staged rows enter a table, and what that needs to know.</summary>
public sealed record RowMerge
{
    /// <summary>Rows take the place of their partitions' rows.</summary>
    public static RowMerge Replace { get; } = new();

    /// <summary>How they enter.</summary>
    public MergeMode Mode { get; init; }

    /// <summary>Columns by which rows are the same; needed by all modes that go by key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Column that says which of two rows with one key is newer; NULL is the oldest. Default: null, the row that comes later is. Needed by <see cref="MergeMode.History"/>.</summary>
    public string? SequenceColumn { get; init; }

    /// <summary>Column of <see cref="MergeMode.History"/> with the first moment of a state: the value of the sequence column. Nobody but the merge fills it.</summary>
    public string? ValidFrom { get; init; }

    /// <summary>Column of <see cref="MergeMode.History"/> with the first moment after it; NULL for the newest state. Nobody but the merge fills it.</summary>
    public string? ValidTo { get; init; }

    /// <summary>Whether rows of all partitions are compared.</summary>
    [JsonIgnore]
    public bool IsByKey => Mode is MergeMode.Upsert or MergeMode.Latest or MergeMode.History;

    /// <summary>
    /// Columns that say what a row is about. The others say where it comes from: the partition, and columns of provenance, whose names begin with an underscore; a row
    /// that differs in them alone says nothing new.
    /// </summary>
    internal IReadOnlyList<string> Unwatched(IEnumerable<string> columns, string partitionColumn) =>
        [.. columns.Where(c => (c == partitionColumn || c.StartsWith('_')) && !Key.Contains(c, StringComparer.Ordinal) && c != SequenceColumn)];

    /// <summary>Columns that are no part of a state of a history: those of <see cref="Unwatched"/>, and the one that says how new it is.</summary>
    internal IReadOnlyList<string> OutsideState(IReadOnlyCollection<string> columns, string partitionColumn) =>
        [.. Unwatched(columns, partitionColumn), .. SequenceColumn is { } sequence ? [sequence] : Array.Empty<string>()];

    /// <summary>
    /// A SELECT of the rows that count: one for each key, the newest, and for a history one for each key and time. Of partitions that were made together a later one says what counts where rows are
    /// equally new, as it would by a run of its own; rows that are as new as each other within a partition stay, so that the merge refuses them.
    /// </summary>
    /// <param name="relation">Rows of all partitions.</param>
    /// <param name="partitionColumn">Column that holds the partition.</param>
    /// <param name="partitions">Values of it, in the order of the partitions.</param>
    internal string Newest(string relation, string partitionColumn, IReadOnlyList<string> partitions)
    {
        string[] sequence = SequenceColumn is { } column ? [SqlIdentifier.Quote(column)] : [];
        string[] last = partitions.Count > 1 ? [$"{PlaceOf(partitionColumn, partitions)} DESC NULLS LAST"] : [];
        string[] order = Mode == MergeMode.History ? last : [.. sequence.Select(s => s + " DESC NULLS LAST"), .. last];
        string[] same = [.. Key.Select(SqlIdentifier.Quote), .. Mode == MergeMode.History ? sequence : []];
        return $"SELECT DISTINCT * FROM {relation}{(order.Length == 0 ? "" : $" QUALIFY rank() OVER (PARTITION BY {string.Join(", ", same)} ORDER BY {string.Join(", ", order)}) = 1")}";
    }

    /// <summary>A condition over <c>t</c>, a row of the table, and <c>s</c>, one with its key: whether it takes the place of the other.</summary>
    internal string TakesOver(IReadOnlyList<TableColumn> columns, string partitionColumn)
    {
        var newer = SequenceColumn is { } column && SqlIdentifier.Quote(column) is var sequence ? $"(t.{sequence} IS NULL OR s.{sequence} >= t.{sequence})" : "true";
        if (Mode != MergeMode.Latest)
        {
            return newer;
        }

        string[] values = [.. columns.Select(c => c.Name).Except([.. Key, .. Unwatched(columns.Select(c => c.Name), partitionColumn)], StringComparer.Ordinal).Select(SqlIdentifier.Quote)];
        return values.Length == 0 ? "false" : $"{newer} AND ({string.Join(" OR ", values.Select(v => $"t.{v} IS DISTINCT FROM s.{v}"))})";
    }

    /// <summary>The names of partitions need not sort as they stand: their places do.</summary>
    private static string PlaceOf(string column, IReadOnlyList<string> partitions) =>
        $"CASE {SqlIdentifier.Quote(column)} {string.Join(' ', partitions.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"WHEN {SqlIdentifier.Literal(p)} THEN {i}")))} END";
}
