using System.Globalization;
using Lakehouse.DuckDb;
using Lakehouse.Tables;

namespace Lakehouse.Datasets;

/// <content>What an attempt reads: tables for the model, and tables that the contract refers to.</content>
public sealed partial class DatasetAttempt
{
    private readonly Dictionary<string, string> _references = new(StringComparer.Ordinal);
    private (string Name, string? Others)? _own;

    /// <summary>Registers a pinned relation under its dataset's name, for <see cref="Transform"/> to read.</summary>
    public async Task ReadAsync(PinnedRelation relation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(relation);
        (await relation.FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection);
    }

    /// <summary>Registers a table as the publish of what is staged will leave it: merged by key as the manifest says.</summary>
    /// <param name="relation">The table's rows, of all partitions; gives the name.</param>
    /// <param name="staged">Rows that are not published yet.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public async Task ReadMergedAsync(PinnedRelation relation, StagedManifest staged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(relation);
        ArgumentNullException.ThrowIfNull(staged);
        var name = relation.Dataset;
        var (stored, added) = ($"_stored.{name.Replace('.', '_')}", $"_staged.{name.Replace('.', '_')}");

        // The table may be older than the rows' columns: they are its columns then, NULL in what it has.
        (await (relation with { Columns = staged.Columns, Schema = null }).FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection, stored);
        (await staged.Relation().FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection, added);
        if (name.Split('.') is [var schema, _])
        {
            Connection.Execute($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(schema)}", cancellationToken);
        }

        Connection.Execute(
            $"CREATE VIEW {SqlIdentifier.QuoteQualified(name)} AS {MergedRows.Select(staged, SqlIdentifier.QuoteQualified(stored), SqlIdentifier.QuoteQualified(added))}", cancellationToken);
    }

    /// <summary>Gives a table that the contract refers to.</summary>
    /// <param name="name">Name that the contract has for it.</param>
    /// <param name="relation">Its rows.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public async Task ReferAsync(string name, PinnedRelation relation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(relation);
        var view = string.Create(CultureInfo.InvariantCulture, $"_reference.r{_references.Count}");
        (await relation.FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection, view);
        Refer(name, view);
    }

    /// <summary>Gives a table of the engine that the contract refers to.</summary>
    /// <param name="name">Name that the contract has for it.</param>
    /// <param name="relation">Its name in the engine, parts separated by dots.</param>
    public void Refer(string name, string relation) => _references[name] = relation;

    /// <summary>Lets the contract refer to the rows of the attempt itself.</summary>
    /// <param name="name">Name that the contract has for the dataset.</param>
    /// <param name="others">Rows of the table that stay beside them; null when there are none.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public async Task ReferToOwnAsync(string name, PinnedRelation? others, CancellationToken cancellationToken = default)
    {
        if (others is not null)
        {
            (await others.FetchAsync(_files, cancellationToken).ConfigureAwait(false)).Register(Connection, "_reference.others");
        }

        _own = (name, others is null ? null : "_reference.others");
    }

    /// <summary>The tables the contract refers to, once the rows are there.</summary>
    private Dictionary<string, string> References(CancellationToken cancellationToken)
    {
        if (_own is { } own)
        {
            var others = own.Others is { } stored ? $" UNION ALL BY NAME SELECT * FROM {SqlIdentifier.QuoteQualified(stored)}" : "";
            Connection.Execute($"CREATE SCHEMA IF NOT EXISTS _reference; CREATE VIEW _reference.own AS SELECT * FROM {SqlIdentifier.Quote(_rows)}{others}", cancellationToken);
            Refer(own.Name, "_reference.own");
        }

        return _references;
    }
}
