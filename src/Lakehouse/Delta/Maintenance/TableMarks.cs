using System.Text.Json;

namespace Lakehouse.Delta.Maintenance;

/// <summary>
/// Leases of writers and pins of readers, as objects under the table. Their folder begins with an underscore: the vacuum of other engines passes it over.
/// </summary>
internal static class TableMarks
{
    public static string LeasePath(string table, string id) => $"{table}/_orchestrator/leases/{id}.json";

    public static string PinPath(string table, string id) => $"{table}/_orchestrator/pins/{id}.json";

    /// <summary>Version below which a vacuum may have taken files away.</summary>
    public static string HorizonPath(string table) => $"{table}/_orchestrator/vacuum.json";

    /// <summary>Marks of a folder by id; those that have run out are told apart, and can be taken away.</summary>
    public static async Task<IReadOnlyDictionary<string, (TableMark Mark, bool Holds)>> ReadAsync(DeltaTable table, string folder, CancellationToken cancellationToken)
    {
        var now = table.Time.GetUtcNow();
        var marks = new Dictionary<string, (TableMark, bool)>(StringComparer.Ordinal);
        await foreach (var found in table.Store.EnumerateAsync($"{table.Path}/_orchestrator/{folder}/", null, cancellationToken).ConfigureAwait(false))
        {
            var id = found.Path[(found.Path.LastIndexOf('/') + 1)..].Replace(".json", "", StringComparison.Ordinal);
            if (await table.Store.ReadAsync(found.Path, cancellationToken).ConfigureAwait(false) is { } bytes && JsonSerializer.Deserialize<TableMark>(bytes) is { } mark)
            {
                marks[id] = (mark, mark.Until > now);
            }
        }

        return marks;
    }
}
