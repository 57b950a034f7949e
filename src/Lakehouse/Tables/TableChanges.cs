using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>
/// The change data feed of some versions of a table: the rows that each commit added and took away, with <c>_change_type</c> (<c>insert</c>, <c>delete</c>,
/// <c>update_preimage</c>, <c>update_postimage</c>), <c>_commit_version</c> and <c>_commit_timestamp</c>. Columns are those of the last version. A commit that has files of
/// changes is told by them alone; any other by the files it added and removed. Registered as a view, like a <see cref="PinnedRelation"/>.
/// </summary>
public sealed class TableChanges
{
    private const string Property = "delta.enableChangeDataFeed";

    private readonly IReadOnlyList<Part> _parts;

    private TableChanges(IReadOnlyList<TableColumn> columns, IReadOnlyList<Part> parts)
    {
        Columns = columns;
        _parts = parts;
    }

    /// <summary>The table's columns and the three of the feed.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Finds the changes of versions.</summary>
    /// <param name="table">The table.</param>
    /// <param name="from">First version.</param>
    /// <param name="to">Last version. Default: null, the newest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LakehouseException"><c>delta.changes</c>: the table did not keep its changes in one of them.</exception>
    /// <exception cref="LakehouseException"><c>delta.version</c>, <c>delta.corrupt</c>: the log has not all of them.</exception>
    public static async Task<TableChanges> OfAsync(DeltaTable table, long from, long? to = null, CancellationToken cancellationToken = default)
    {
        var last = to is { } wanted
            ? await table.AtAsync(wanted, cancellationToken).ConfigureAwait(false)
            : (await table.BeginAsync(cancellationToken).ConfigureAwait(false)).Snapshot;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, last.Version);
        RefuseWithout(table, (await table.AtAsync(from, cancellationToken).ConfigureAwait(false)).Metadata, from);
        var files = new ChangedFiles(table, last);
        foreach (var (commit, time) in await table.TimedCommitsAsync(from, last.Version, cancellationToken).ConfigureAwait(false))
        {
            if (commit.Actions.OfType<MetadataAction>().LastOrDefault() is { } metadata)
            {
                RefuseWithout(table, metadata, commit.Version);
            }

            await files.AddAsync(commit, time, cancellationToken).ConfigureAwait(false);
        }

        return new TableChanges(files.Columns, files.Parts());
    }

    /// <summary>The same with files that the engine can read.</summary>
    /// <param name="files">Brings them here; its disposal ends their use.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    /// <exception cref="LakehouseException"><c>store.missing</c>: a vacuum has taken a file away; names it.</exception>
    public async Task<TableChanges> FetchAsync(EngineFiles files, CancellationToken cancellationToken = default)
    {
        var parts = new List<Part>();
        foreach (var part in _parts)
        {
            parts.Add(new Part(
                await part.Rows.FetchAsync(files, cancellationToken).ConfigureAwait(false),
                part.Without is { } without ? await without.FetchAsync(files, cancellationToken).ConfigureAwait(false) : null));
        }

        return new TableChanges(Columns, parts);
    }

    /// <summary>Creates the view. The files must be local: <see cref="FetchAsync"/>.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="name">Name of the view.</param>
    /// <exception cref="LakehouseException"><c>delta.corrupt</c>: a deletion vector cannot be read.</exception>
    public void Register(DuckDbConnection connection, string name)
    {
        var views = 0;
        string Rows(PinnedRelation relation)
        {
            var view = string.Create(CultureInfo.InvariantCulture, $"{name}#changes{views++}");
            relation.Register(connection, view);
            return $"SELECT * FROM {SqlIdentifier.QuoteQualified(view)}";
        }

        var selects = _parts.Select(p => p.Without is { } without ? $"({Rows(p.Rows)} EXCEPT ALL {Rows(without)})" : Rows(p.Rows)).ToArray();
        connection.Execute($"CREATE VIEW {SqlIdentifier.QuoteQualified(name)} AS {string.Join(" UNION ALL ", selects)}");
    }

    private static void RefuseWithout(DeltaTable table, MetadataAction metadata, long version)
    {
        if (!WriterRules.IsTrue(metadata, Property))
        {
            throw new LakehouseException(
                "delta.changes",
                string.Create(CultureInfo.InvariantCulture, $"Table '{table.Path}' did not keep its changes at version {version}: expected its property '{Property}' to be true. Help: ask for versions since it was switched on."));
        }
    }

    /// <summary>Rows of the feed, but for some.</summary>
    internal sealed record Part(PinnedRelation Rows, PinnedRelation? Without);
}
