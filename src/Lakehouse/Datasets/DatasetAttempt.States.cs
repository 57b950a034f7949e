using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <content>What an attempt's rows mean to a table that keeps a history.</content>
public sealed partial class DatasetAttempt
{
    /// <summary>
    /// The earliest state that was made and holds at a time at which the table's history says something else, as a number in the order of the sequence. Of equal states that follow each other a
    /// history keeps the first: those behind it that stood for nothing new so far may do so from now on, and must be told again. Null when there is none, and when the target keeps no history.
    /// </summary>
    /// <param name="stored">The table's rows, of all partitions.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public async Task<long?> ContradictionAsync(PinnedRelation stored, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (_target.Merge is not { Mode: MergeMode.History, SequenceColumn: { } sequence, ValidFrom: { } from, ValidTo: { } to } merge)
        {
            return null;
        }

        HandlePersonalValues(cancellationToken);
        const string Told = "_stored.history";
        (await stored.FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection, Told);
        var known = Connection.Describe(SqlIdentifier.QuoteQualified(Told), cancellationToken).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        string[] names = [.. Connection.Describe(SqlIdentifier.Quote(_rows), cancellationToken).Select(c => c.Name)];
        string[] state = [.. names.Except([.. merge.Key, .. merge.OutsideState(names, _target.PartitionColumn)], StringComparer.Ordinal)];
        string Same(string column) => $"t.{SqlIdentifier.Quote(column)} = s.{SqlIdentifier.Quote(column)}";
        string Differs(string column) => $"t.{SqlIdentifier.Quote(column)} IS DISTINCT FROM s.{SqlIdentifier.Quote(column)}";
        var (at, begin, end) = ($"s.{SqlIdentifier.Quote(sequence)}", $"t.{SqlIdentifier.Quote(from)}", $"t.{SqlIdentifier.Quote(to)}");

        // A column that the table has not got yet: every state says something new.
        var contradicting = !state.All(known.Contains) ? ""
            : $"JOIN {SqlIdentifier.QuoteQualified(Told)} t ON {string.Join(" AND ", merge.Key.Select(Same))} AND {begin} <= {at} AND ({end} IS NULL OR {end} > {at}) "
                + $"WHERE {(state.Length == 0 ? "false" : string.Join(" OR ", state.Select(Differs)))}";
        var earliest = Connection.Query($"SELECT min({at}) FROM {SqlIdentifier.Quote(_rows)} s {contradicting}", null, cancellationToken).Rows[0][0];
        return earliest is null ? null : SequenceRank.Of(earliest);
    }

    /// <summary>How far the states of a partition reach, from the earliest to the latest, as numbers in the order of their sequence; null without states, and for a target that keeps no history.</summary>
    /// <param name="partition">Value of the partition column.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public (long First, long Last)? Reach(string partition, CancellationToken cancellationToken = default)
    {
        if (_target.Merge is not { Mode: MergeMode.History, SequenceColumn: { } sequence })
        {
            return null;
        }

        var at = SqlIdentifier.Quote(sequence);
        var ends = Connection.Query($"SELECT min({at}), max({at}) FROM {SqlIdentifier.Quote(_rows)} WHERE {SqlIdentifier.Quote(_target.PartitionColumn)} IN ({SqlIdentifier.Literal(partition)})", null, cancellationToken).Rows[0];
        return ends[0] is { } first && ends[1] is { } last ? (SequenceRank.Of(first), SequenceRank.Of(last)) : null;
    }
}
