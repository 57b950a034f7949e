using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Visibility.Query;

namespace Temporal.DevServer.Visibility;

/// <summary>
/// The visibility index of each namespace. The store tells what it has written, in the order in which it was written, so that an older row
/// never replaces a newer one and a list shows no run that a crash could take back. The rows are put in place beside the store's writer, which
/// never waits for a reader; whoever reads first puts in place what was told until then, and so sees every write that was answered.
/// </summary>
internal sealed partial class NamespaceIndexes(NamespaceRegistry namespaces, IRunStore store, ILogger logger) : IDisposable
{
    private const int MostNames = 10_000;
    private static readonly Dictionary<string, object> Unversioned = new(StringComparer.Ordinal) { ["BuildIds"] = new[] { "unversioned" } };
    private readonly ConcurrentDictionary<string, VisibilityIndex> _indexes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Change> _changes = new();
    private readonly Lock _applying = new();
    private int _woken;

    /// <summary>The index of the namespace, up to date.</summary>
    public VisibilityIndex Of(string namespaceId)
    {
        Apply();
        return Index(namespaceId);
    }

    /// <summary>Takes up what the store has, and from then on what it writes.</summary>
    public void Load()
    {
        store.ReadRows(Put);
        store.Durable = Note;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var index in _indexes.Values)
        {
            index.Dispose();
        }
    }

    /// <summary>Called by the store's writer: must be quick.</summary>
    private void Note(StoreCommit commit)
    {
        foreach (var run in commit.Runs)
        {
            if (run.Row is { } row)
            {
                _changes.Enqueue(new Change { Row = row, StoreId = run.StoreId });
            }
        }

        foreach (var run in commit.DeletedRuns)
        {
            _changes.Enqueue(new Change { Deleted = run });
        }

        if (commit.DeletedNamespace is { } gone)
        {
            _changes.Enqueue(new Change { DeletedNamespace = gone });
        }

        if (!_changes.IsEmpty && Interlocked.Exchange(ref _woken, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static indexes =>
            {
                Volatile.Write(ref indexes._woken, 0);
                indexes.Apply();
            }, this, preferLocal: false);
        }
    }

    private void Apply()
    {
        lock (_applying)
        {
            while (_changes.TryDequeue(out var change))
            {
                Apply(change);
            }
        }
    }

    /// <summary>One row that cannot be put in place must not keep the others out.</summary>
    private void Apply(Change change)
    {
        try
        {
            if (change.Row is { } row)
            {
                Put(change.StoreId, row);
            }
            else if (change.Deleted is { } deleted)
            {
                Index(deleted.NamespaceId).Delete(deleted.RunId);
            }
            else if (change.DeletedNamespace is { } gone)
            {
                _indexes.TryRemove(gone, out _); // not disposed: somebody may be reading
            }
        }
        catch (InvalidOperationException e)
        {
            LogLost(e, change.Row?.RunId ?? change.Deleted?.RunId ?? "");
        }
    }

    [LoggerMessage(260, LogLevel.Error, "Lists do not show the last change of run '{RunId}' until the next start")]
    private partial void LogLost(Exception e, string runId);

    private VisibilityIndex Index(string namespaceId) => _indexes.GetOrAdd(namespaceId, static _ => new VisibilityIndex());

    private void Put(long storeId, VisibilityRow row)
    {
        if (namespaces.FindById(row.NamespaceId) is { } ns)
        {
            Index(ns.Id).Upsert(ToIndexed(storeId, row, ns.SearchAttributes));
        }
    }

    /// <summary>Memos and priorities are rare and may be large: they stay in the store, and the tag says where.</summary>
    private IndexedRun ToIndexed(long storeId, VisibilityRow row, SearchAttributeRegistry registry)
    {
        var isRoot = row.RootRunId == row.RunId;
        var closed = row.CloseTime is not null;
        return new IndexedRun
        {
            WorkflowId = row.WorkflowId,
            RunId = row.RunId,
            WorkflowType = Shared(row.WorkflowType),
            TaskQueue = Shared(row.TaskQueue),
            Status = row.Status,
            StartTime = row.StartTime,
            ExecutionTime = row.ExecutionTime,
            CloseTime = row.CloseTime,
            ExecutionDurationNanos = closed ? (row.CloseTime!.Value - row.ExecutionTime).Ticks * 100 : null,
            HistoryLength = closed ? row.HistoryLength : null,
            HistorySizeBytes = closed ? row.HistorySizeBytes : null,
            StateTransitionCount = closed ? row.TransitionCount : null,
            ParentWorkflowId = row.ParentWorkflowId.Length > 0 ? row.ParentWorkflowId : null,
            ParentRunId = row.ParentRunId.Length > 0 ? row.ParentRunId : null,
            RootWorkflowId = isRoot ? row.WorkflowId : row.RootWorkflowId,
            RootRunId = isRoot ? row.RunId : row.RootRunId,
            Attributes = Attributes(row, registry),
            Tag = row.Memo.Fields.Count > 0 || row.Priority is not null ? storeId : null,
        };
    }

    private static IReadOnlyDictionary<string, object> Attributes(VisibilityRow row, SearchAttributeRegistry registry)
    {
        if (row.SearchAttributes.IndexedFields.Count == 0)
        {
            return IndexedRun.NoAttributes;
        }

        var attributes = SearchAttributePayloads.Read(row.SearchAttributes.IndexedFields, registry);
        return attributes.Count == 1 && attributes.TryGetValue("BuildIds", out var builds) && builds is string[] and ["unversioned"] ? Unversioned : attributes;
    }

    /// <summary>A million runs have few types and queues: one text each is enough. Guarded by what guards the changes.</summary>
    private string Shared(string name)
    {
        if (_names.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_names.Count >= MostNames)
        {
            _names.Clear();
        }

        _names.Add(name);
        return name;
    }

    /// <summary>A row that was written, a run that was deleted, or with an empty run id a namespace that was.</summary>
    private readonly record struct Change(VisibilityRow? Row, long StoreId, RunKey? Deleted, string? DeletedNamespace);
}
