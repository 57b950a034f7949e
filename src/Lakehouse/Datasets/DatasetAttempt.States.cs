using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <content>What an attempt's rows mean to a table that keeps a history.</content>
public sealed partial class DatasetAttempt
{
    /// <summary>
    /// Whether a state that was made holds at a time at which the table's history says something else. Of equal states that follow each other a history keeps the first: those that stood for
    /// nothing new so far may do so from now on, and must be told again. False when the target keeps no history.
    /// </summary>
    /// <param name="stored">The table's rows, of all partitions.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public async Task<bool> ContradictsAsync(PinnedRelation stored, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (_target.Merge is not { Mode: MergeMode.History, SequenceColumn: { } sequence, ValidFrom: { } from, ValidTo: { } to } merge)
        {
            return false;
        }

        HandlePersonalValues(cancellationToken);
        const string History = "_stored.history";
        (await stored.FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection, History);
        var known = Connection.Describe(SqlIdentifier.QuoteQualified(History), cancellationToken).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        string[] names = [.. Connection.Describe(SqlIdentifier.Quote(_rows), cancellationToken).Select(c => c.Name)];
        string[] state = [.. names.Except([.. merge.Key, sequence, .. merge.Unwatched(names, _target.PartitionColumn)], StringComparer.Ordinal)];
        if (!state.All(known.Contains))
        {
            // A column that the table has not got yet: every state says something new.
            return true;
        }

        string Same(string column) => $"t.{SqlIdentifier.Quote(column)} = s.{SqlIdentifier.Quote(column)}";
        string Differs(string column) => $"t.{SqlIdentifier.Quote(column)} IS DISTINCT FROM s.{SqlIdentifier.Quote(column)}";
        var (at, begin, end) = ($"s.{SqlIdentifier.Quote(sequence)}", $"t.{SqlIdentifier.Quote(from)}", $"t.{SqlIdentifier.Quote(to)}");
        return state.Length > 0 && Connection.Scalar<long>(
            $"SELECT count(*) FROM {SqlIdentifier.Quote(_rows)} s JOIN {SqlIdentifier.QuoteQualified(History)} t ON {string.Join(" AND ", merge.Key.Select(Same))} AND {begin} <= {at} AND ({end} IS NULL OR {end} > {at}) "
            + $"WHERE {string.Join(" OR ", state.Select(Differs))}",
            null,
            cancellationToken) > 0;
    }
}
