namespace Lakehouse.Delta.Transactions;

/// <summary>
/// Work on one snapshot of a table that becomes one commit, or none. What is read through it decides which commits of others are conflicts; with no
/// conflict the commit goes behind them to the next free version by itself. Not for use by several threads.
/// </summary>
public sealed class DeltaTransaction
{
    private readonly DeltaTable _table;
    private readonly List<DeltaAction> _actions = [];
    private TransactionAction? _transaction;

    internal DeltaTransaction(DeltaTable table, DeltaSnapshot snapshot)
    {
        _table = table;
        Snapshot = snapshot;
    }

    /// <summary>The version the work is made from.</summary>
    public DeltaSnapshot Snapshot { get; }

    /// <summary>What has been read so far.</summary>
    public ReadScope Read { get; } = new();

    /// <summary>The actions so far, in order.</summary>
    public IReadOnlyList<DeltaAction> Actions => _actions;

    /// <summary>Whether the rows of added files were held against the table's CHECK constraints. Default: false.</summary>
    public bool RowsAreChecked { get; set; }

    /// <summary>Clock of the table, milliseconds since 1970 (UTC).</summary>
    public long Now => _table.Now;

    /// <summary>All files, and a claim on the whole table: whatever others add or remove is a conflict.</summary>
    public IReadOnlyList<AddFile> ReadTable() => ReadFiles(_ => true);

    /// <summary>Files that may hold rows the work wants, and a claim on all that would: also those others add later.</summary>
    /// <param name="mayHold">False only for files that cannot hold such rows, by their partition values for example.</param>
    /// <param name="mustRead">False for files among them that need not be read, because their statistics say so. Default: null, all are read.</param>
    public IReadOnlyList<AddFile> ReadFiles(Func<AddFile, bool> mayHold, Func<AddFile, bool>? mustRead = null)
    {
        Read.AddPredicate(mayHold);
        AddFile[] files = [.. Snapshot.Files.Values.Where(f => mayHold(f) && mustRead?.Invoke(f) != false)];
        Read.AddFiles(files);
        return files;
    }

    /// <summary>A claim on all rows of a kind without a look at a file: also on those that others add later.</summary>
    /// <param name="mayHold">False only for files that cannot hold such rows.</param>
    public void Claim(Func<AddFile, bool> mayHold) => Read.AddPredicate(mayHold);

    /// <summary>A claim on given files and no others, as compaction makes it: only their removal is a conflict.</summary>
    public void ReadOnly(IEnumerable<AddFile> files) => Read.AddFiles(files);

    /// <summary>How far an application has got; null when the table has never heard of it. Its progress by others is a conflict from here on.</summary>
    public long? ReadApplication(string appId)
    {
        Read.AddApplication(appId);
        return Snapshot.Transactions.TryGetValue(appId, out var last) ? last.Version : null;
    }

    /// <summary>
    /// Tells how far an application has got with this commit. When the table knows this epoch or a later one already, the commit is skipped: the work was done before.
    /// </summary>
    public void Advance(string appId, long epoch)
    {
        _transaction = new TransactionAction(appId, epoch, null);
        Read.AddApplication(appId);
    }

    /// <summary>Adds an action to the commit.</summary>
    public void Add(DeltaAction action) => _actions.Add(action);

    /// <summary>Adds actions to the commit.</summary>
    public void Add(IEnumerable<DeltaAction> actions) => _actions.AddRange(actions);

    /// <summary>Takes a file out of the table.</summary>
    public void Remove(AddFile file, bool dataChange = true) => _actions.Add(RemoveFile.Of(file, Now, dataChange));

    /// <summary>Commits, once, however often replies get lost.</summary>
    /// <exception cref="Conflicts.DeltaConflictException">Another commit stands against this one; nothing was written.</exception>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>, <c>delta.append_only</c>: the table's rules forbid it.</exception>
    public Task<CommitOutcome> CommitAsync(CommitDescription description, CancellationToken cancellationToken = default) =>
        _transaction is { } wanted && Snapshot.Transactions.TryGetValue(wanted.AppId, out var last) && last.Version >= wanted.Version
            ? Task.FromResult(new CommitOutcome(last.CommittedAt >= 0 ? last.CommittedAt : null, true, 0))
            : _table.Queue.CommitAsync(Prepare(description), cancellationToken);

    /// <summary>Whether the log may hold this work's commit: a put may have been begun, and only a conflict says that it failed.</summary>
    internal bool IsPrepared { get; private set; }

    /// <summary>Holds the work against the table's rules and makes a commit of it.</summary>
    /// <param name="description">What it says of itself.</param>
    /// <param name="isFixed">Whether it stands only right behind its snapshot.</param>
    internal PendingCommit Prepare(CommitDescription description, bool isFixed = false)
    {
        var protocol = _actions.OfType<ProtocolAction>().LastOrDefault() ?? Snapshot.Protocol;
        var metadata = _actions.OfType<MetadataAction>().LastOrDefault() ?? Snapshot.Metadata;
        WriterRules.RefuseUnsupported(_table.Path, Snapshot.Protocol, Snapshot.Metadata);
        if (!ReferenceEquals(protocol, Snapshot.Protocol) || !ReferenceEquals(metadata, Snapshot.Metadata))
        {
            WriterRules.RefuseUnsupported(_table.Path, protocol, metadata);
        }

        WriterRules.RefuseBroken(_table.Path, Snapshot.Metadata, _actions, RowsAreChecked);

        var isBlind = description.IsBlindAppend ?? (!Read.ReadsRows && _actions.All(a => a is not RemoveFile));
        var isolation = description.Isolation ?? LevelOf(metadata);
        DeltaAction[] ours = [.. _transaction is { } t ? [t with { LastUpdated = Now }] : Array.Empty<DeltaAction>(), .. _actions];
        var checker = new ConflictChecker(_table.Path, Snapshot, Read, ours, isolation, isBlind);
        IsPrepared = true;
        return new PendingCommit(Snapshot, description, ours, isFixed ? winner => throw new OvertakenException(_table.Path, winner) : checker.Check) { Isolation = isolation, IsBlindAppend = isBlind };
    }

    /// <summary>
    /// The table's level for commits that change rows or rules, or that found nothing to change where they looked; one that only rearranges rows needs no
    /// more than its own files.
    /// </summary>
    private IsolationLevel LevelOf(MetadataAction metadata)
    {
        var changes = Read.HasPredicates || _actions.Exists(a => a is MetadataAction or ProtocolAction or AddFile { DataChange: true } or RemoveFile { DataChange: true });
        return !changes ? IsolationLevel.SnapshotIsolation
            : metadata.Configuration.TryGetValue("delta.isolationLevel", out var level) && Enum.TryParse<IsolationLevel>(level, ignoreCase: true, out var named) ? named
            : IsolationLevel.Serializable;
    }
}
