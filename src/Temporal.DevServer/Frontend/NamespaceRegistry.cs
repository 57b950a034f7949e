using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Namespace.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>The namespaces: few, always in memory, written through.</summary>
internal sealed class NamespaceRegistry(IRunStore store, ServerLimits limits)
{
    private readonly ConcurrentDictionary<string, NamespaceEntry> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamespaceEntry> _byId = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writes = new(1);

    public IEnumerable<NamespaceEntry> All => _byName.Values.OrderBy(e => e.Name, StringComparer.Ordinal);

    public void Load()
    {
        foreach (var record in store.ReadNamespaces())
        {
            Keep(record);
        }
    }

    /// <summary>The namespace, or the not-found error.</summary>
    public NamespaceEntry Get(string name) =>
        _byName.TryGetValue(name, out var entry) ? entry
        : name.Length == 0 ? throw ServiceErrors.InvalidArgument("Namespace is empty.")
        : throw ServiceErrors.NamespaceNotFound(name);

    public NamespaceEntry GetById(string id) => _byId.TryGetValue(id, out var entry) ? entry : throw ServiceErrors.NamespaceNotFound(id);

    public bool Exists(string name) => _byName.ContainsKey(name);

    public NamespaceEntry? FindById(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a namespace if there is none of the name.</summary>
    public async Task EnsureAsync(string name, NamespaceInfo info, TimeSpan retention)
    {
        if (!Exists(name))
        {
            await RegisterAsync(name, info, retention).ConfigureAwait(false);
        }
    }

    /// <summary>The namespace goes: nothing finds it under its name from now on; returns the one that it has until it is gone.</summary>
    public async Task<NamespaceEntry> RetireAsync(string name)
    {
        var retired = await ChangeAsync(() =>
        {
            var record = Get(name).Record.Clone();
            record.Info.Name = $"{name}-deleted-{Guid.NewGuid().ToString("N")[..5]}";
            record.Info.State = NamespaceState.Deleted;
            return record;
        }).ConfigureAwait(false);
        _byName.TryRemove(name, out _);
        return retired;
    }

    /// <summary>Takes a namespace out that has no runs any more.</summary>
    public async Task RemoveAsync(NamespaceEntry entry)
    {
        await store.CommitAsync(new StoreCommit { DeletedNamespace = entry.Id }).ConfigureAwait(false);
        _byName.TryRemove(entry.Name, out _);
        _byId.TryRemove(entry.Id, out _);
    }

    public async Task RegisterAsync(string name, NamespaceInfo info, TimeSpan retention)
    {
        await ChangeAsync(() =>
        {
            if (Exists(name))
            {
                throw ServiceErrors.NamespaceExists(name);
            }

            info.Name = name;
            info.Id = Guid.NewGuid().ToString();
            info.State = NamespaceState.Registered;
            return new NamespaceRecord
            {
                Info = info,
                Config = new NamespaceConfig
                {
                    WorkflowExecutionRetentionTtl = Duration.FromTimeSpan(retention),
                    BadBinaries = new BadBinaries(),
                    HistoryArchivalState = ArchivalState.Disabled,
                    VisibilityArchivalState = ArchivalState.Disabled,
                },
            };
        }).ConfigureAwait(false);
    }

    /// <summary>Changes a copy of the record and puts it in place once it is durable.</summary>
    public Task UpdateAsync(string name, Action<NamespaceRecord> change) => ChangeAsync(() =>
    {
        var record = Get(name).Record.Clone();
        change(record);
        return record;
    });

    private async Task<NamespaceEntry> ChangeAsync(Func<NamespaceRecord> change)
    {
        await _writes.WaitAsync().ConfigureAwait(false);
        try
        {
            var record = change();
            await store.CommitAsync(new StoreCommit { Namespace = record }).ConfigureAwait(false);
            return Keep(record);
        }
        finally
        {
            _writes.Release();
        }
    }

    private NamespaceEntry Keep(NamespaceRecord record)
    {
        record.Info.SupportsSchedules = true;
        record.Info.Capabilities = new NamespaceInfo.Types.Capabilities
        {
            EagerWorkflowStart = true,
            SyncUpdate = true,
            AsyncUpdate = true,
            ReportedProblemsSearchAttribute = true,
            WorkerPollCompleteOnShutdown = true,
            WorkerHeartbeats = true,
            PollerAutoscaling = true,
        };
        record.Info.SupportsSchedules = true;
        record.Info.Limits = new NamespaceInfo.Types.Limits
        {
            BlobSizeLimitError = limits.BlobSize,
            MemoSizeLimitError = limits.MemoSize,
            WorkflowTaskCompletionSizeLimitError = 40L * 1024 * 1024,
        };
        var entry = new NamespaceEntry(record);
        _byId[entry.Id] = entry;
        _byName[entry.Name] = entry;
        return entry;
    }
}
