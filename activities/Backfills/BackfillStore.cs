using System.Globalization;
using System.Text;
using System.Text.Json;
using Lakehouse;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Backfills;

/// <summary>A backfill's plan and report as objects of the lake, in a folder of its own: <c>plan.json</c>, <c>partitions.txt</c> and the parts of the report.</summary>
/// <param name="store">The lake's bytes.</param>
public sealed class BackfillStore(IObjectStore store)
{
    /// <summary>Writes a plan; replaces the same one.</summary>
    public async Task WriteAsync(BackfillPlan plan, IReadOnlyList<string> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        await store.PutAsync(plan.Folder + "partitions.txt", Encoding.UTF8.GetBytes(string.Join('\n', partitions)), cancellationToken);
        await store.PutAsync(plan.Folder + "plan.json", JsonSerializer.SerializeToUtf8Bytes(plan, PayloadFormat.Json), cancellationToken);
    }

    /// <summary>All partitions of a plan, in its order.</summary>
    public async Task<IReadOnlyList<string>> PartitionsAsync(string folder, CancellationToken cancellationToken)
    {
        var bytes = await store.ReadAsync(folder + "partitions.txt", cancellationToken)
            ?? throw new LakehouseException("backfill.plan", $"The plan '{folder}' is gone: expected until the backfill ends. Help: cancel the backfill and submit it again.");
        return bytes.Length == 0 ? [] : Encoding.UTF8.GetString(bytes).Split('\n');
    }

    /// <summary>Part of a plan.</summary>
    public async Task<IReadOnlyList<string>> PageAsync(BackfillPage page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        return [.. (await PartitionsAsync(page.Folder, cancellationToken)).Skip(page.Offset).Take(page.Count)];
    }

    /// <summary>Adds a part to the report; replaces the same one.</summary>
    public Task WriteAsync(BackfillOutcomes outcomes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return store.PutAsync(
            string.Create(CultureInfo.InvariantCulture, $"{outcomes.Folder}report-{outcomes.Part:D6}.json"),
            JsonSerializer.SerializeToUtf8Bytes(outcomes.Outcomes, PayloadFormat.Json),
            cancellationToken);
    }

    /// <summary>The newest outcome of each partition, by partition.</summary>
    public async Task<IReadOnlyList<BackfillOutcome>> OutcomesAsync(string folder, CancellationToken cancellationToken)
    {
        var newest = new SortedDictionary<string, BackfillOutcome>(StringComparer.Ordinal);
        await foreach (var part in store.EnumerateAsync(folder + "report-", null, cancellationToken))
        {
            foreach (var outcome in JsonSerializer.Deserialize<IReadOnlyList<BackfillOutcome>>((await store.ReadAsync(part.Path, cancellationToken))!, PayloadFormat.Json)!)
            {
                newest[outcome.Partition] = outcome;
            }
        }

        return [.. newest.Values];
    }
}
