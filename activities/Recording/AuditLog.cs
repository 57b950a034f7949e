using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;
using Temporalio.Activities;

namespace Orchestrator.Activities.Recording;

/// <summary>Who did what to workflows other than runs, and to schedules, as objects of the lake under <c>_audit</c>. Runs carry their own deeds.</summary>
/// <param name="store">The lake's bytes.</param>
/// <param name="outbox">Where it is noted for the catalog.</param>
public sealed class AuditLog(IObjectStore store, CatalogOutbox outbox)
{
    /// <summary>Folder of all deeds.</summary>
    public const string Folder = "_audit/";

    /// <summary>Keeps one deed, such as a change of a schedule. Safe to repeat: by its id.</summary>
    public Task AddAsync(Deed deed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deed);
        return WriteAsync(deed.Id, [deed], cancellationToken);
    }

    /// <summary>Keeps what was done to the workflow of the current activity so far. Safe to repeat: later calls tell all of the earlier and more.</summary>
    /// <param name="kind">First word of the deeds: <c>backfill</c>, <c>redrive</c>, <c>maintain</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task OfWorkflowAsync(string kind, CancellationToken cancellationToken)
    {
        var (context, info) = (ActivityExecutionContext.Current, ActivityExecutionContext.Current.Info);
        var facts = await WorkflowFacts.FetchAsync(context.TemporalClient, info.WorkflowId!, info.WorkflowRunId!, kind, cancellationToken);
        if (facts.Deeds.Count > 0)
        {
            await WriteAsync($"{info.WorkflowId}/{info.WorkflowRunId}", facts.Deeds, cancellationToken);
        }
    }

    /// <summary>Deeds by the path of their object; none when it is gone.</summary>
    public async Task<IReadOnlyList<Deed>> ReadAsync(string path, CancellationToken cancellationToken) =>
        await store.ReadAsync(path, cancellationToken) is { } bytes ? JsonSerializer.Deserialize<IReadOnlyList<Deed>>(bytes, PayloadFormat.Json)! : [];

    private async Task WriteAsync(string name, IReadOnlyList<Deed> deeds, CancellationToken cancellationToken)
    {
        var path = $"{Folder}{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}.json";
        await store.PutAsync(path, JsonSerializer.SerializeToUtf8Bytes(deeds, PayloadFormat.Json), cancellationToken);
        await outbox.AddAsync(path, cancellationToken);
    }
}
