using System.Collections.Concurrent;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Visibility.Query;

namespace Temporal.DevServer.Visibility;

/// <summary>
/// The visibility index of each namespace. The store feeds them with what it has written, in the order in which it was written, so that an
/// older row never replaces a newer one and a list shows no run that a crash could take back.
/// </summary>
internal sealed class NamespaceIndexes(NamespaceRegistry namespaces, IRunStore store) : IDisposable
{
    private const int MostNames = 10_000;
    private static readonly Dictionary<string, object> Unversioned = new(StringComparer.Ordinal) { ["BuildIds"] = new[] { "unversioned" } };
    private readonly ConcurrentDictionary<string, VisibilityIndex> _indexes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The index of the namespace.</summary>
    public VisibilityIndex Of(string namespaceId) => _indexes.GetOrAdd(namespaceId, _ => new VisibilityIndex());

    /// <summary>Forgets a namespace with all its rows.</summary>
    public void Remove(string namespaceId) => _indexes.TryRemove(namespaceId, out _);

    /// <summary>Takes up what the store has, and from then on what it writes.</summary>
    public void Load()
    {
        store.ReadRows(Put);
        store.Durable = Take;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var index in _indexes.Values)
        {
            index.Dispose();
        }
    }

    private void Take(StoreCommit commit)
    {
        foreach (var run in commit.Runs)
        {
            if (run.Row is { } row)
            {
                Put(run.StoreId, row);
            }
        }

        if (commit.DeletedNamespace is { } gone)
        {
            Remove(gone);
        }

        foreach (var run in commit.DeletedRuns)
        {
            Of(run.NamespaceId).Delete(run.RunId);
        }
    }

    private void Put(long storeId, VisibilityRow row)
    {
        if (namespaces.FindById(row.NamespaceId) is { } ns)
        {
            Of(ns.Id).Upsert(ToIndexed(storeId, row, ns.SearchAttributes));
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

    /// <summary>A million runs have few types and queues: one text each is enough. Only the store's thread comes here.</summary>
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
}
