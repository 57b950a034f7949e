using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.Delta.Transactions;
using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>A Delta table whose data files are short texts, one row a line: everything above Parquet is the product's own.</summary>
/// <param name="store">Where it lies.</param>
/// <param name="time">Clock of the log.</param>
/// <param name="writer">Goes into the names of files, so that two writers never give the same.</param>
public sealed class SimulatedTable(IObjectStore store, TimeProvider time, string writer)
{
    public const string Path = "t";
    public const string PartitionColumn = "p";

    private int _files;

    public DeltaTable Delta { get; } = new(store, Path, time);

    public IObjectStore Store => store;

    /// <summary>Keeps files that no commit names yet from being swept; null for a table that nobody vacuums.</summary>
    public StagingLease? Lease { get; set; }

    public Task CreateAsync(IsolationLevel? isolation = null) => Delta.CreateIfAbsentAsync(new MetadataAction
    {
        Id = "00000000-0000-4000-8000-000000000001",
        SchemaString = """{"type":"struct","fields":[{"name":"k","type":"long","nullable":true,"metadata":{}},{"name":"p","type":"string","nullable":true,"metadata":{}},{"name":"v","type":"long","nullable":true,"metadata":{}}]}""",
        PartitionColumns = [PartitionColumn],
        Configuration = isolation is { } level ? new Dictionary<string, string> { ["delta.isolationLevel"] = level.ToString() } : [],
    });

    /// <summary>Writes rows, a file for each partition, and adds the files to a transaction.</summary>
    public async Task WriteAsync(DeltaTransaction transaction, IEnumerable<Row> rows, bool dataChange = true)
    {
        foreach (var part in rows.GroupBy(r => r.Part).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var name = Lease is { } lease
                ? string.Create(CultureInfo.InvariantCulture, $"{PartitionColumn}={part.Key}/part-{++_files:D5}-{lease.Id}-{_files:D32}.rows")
                : $"{PartitionColumn}={part.Key}/{writer}-{++_files}.rows";
            if (Lease is not null)
            {
                await Lease.KeepAsync();
            }

            var content = Encoding.UTF8.GetBytes(string.Join('\n', part.Order()));
            await store.PutAsync($"{Path}/{name}", content);
            transaction.Add(new AddFile
            {
                Path = name,
                PartitionValues = new Dictionary<string, string?> { [PartitionColumn] = part.Key },
                Size = content.Length,
                ModificationTime = transaction.Now,
                DataChange = dataChange,
                Stats = string.Create(CultureInfo.InvariantCulture, $"{{\"numRecords\":{part.Count()},\"minValues\":{{\"k\":{part.Min(r => r.Key)}}},\"maxValues\":{{\"k\":{part.Max(r => r.Key)}}}}}"),
            });
        }
    }

    /// <summary>Whether a file can hold keys of a range, by its statistics.</summary>
    public static bool MayHold(AddFile file, long from, long to)
    {
        var stats = JsonNode.Parse(file.Stats!)!;
        return (long)stats["minValues"]!["k"]! <= to && (long)stats["maxValues"]!["k"]! >= from;
    }

    /// <summary>The rows of a file; null when it is gone.</summary>
    public async Task<Row[]?> RowsAsync(AddFile file) =>
        await store.ReadAsync($"{Path}/{file.DecodedPath}") is { } bytes
            ? bytes.Length == 0 ? [] : [.. Encoding.UTF8.GetString(bytes).Split('\n').Select(Row.Parse)]
            : null;

    /// <summary>The rows of a file that a live snapshot names.</summary>
    public async Task<Row[]> LiveRowsAsync(AddFile file) =>
        await RowsAsync(file) ?? throw new FileGoneException(file.Path);

    /// <summary>All rows of a snapshot, in order.</summary>
    public async Task<Row[]> RowsAsync(DeltaSnapshot snapshot)
    {
        var rows = new List<Row>();
        foreach (var file in snapshot.Files.Values)
        {
            rows.AddRange(await LiveRowsAsync(file));
        }

        return [.. rows.Order()];
    }
}
