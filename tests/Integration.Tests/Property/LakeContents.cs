using System.Globalization;
using Lakehouse;
using Lakehouse.DuckDb;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Integration.Tests.Property;

/// <summary>
/// What all tables of a lake hold, without the columns that tell when a run was and which. Nor does it say at which byte of its file a record stood that is no row: a file that tells the same values in
/// other bytes is not loaded again, and the place is that in the file that was.
/// </summary>
internal sealed class LakeContents(LakeRoot lake)
{
    private const string OfDatasets = "COLUMNS(c -> c NOT IN ('_arrived_at', '_file_hash'))";

    private const string OfQuarantine = """
        * EXCLUDE (run_id, quarantined_at) REPLACE (regexp_replace(reason, ', byte [0-9]+', '') AS reason, regexp_replace("row", '"byte":[0-9]+,', '') AS "row")
        """;

    /// <summary>Rows of every table of some pipelines, what was kept aside among them, in order.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> RowsAsync(IEnumerable<PipelineSpec> specs)
    {
        var rows = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var dataset in specs.SelectMany(s => s.Datasets).Select(d => d.Name))
        {
            foreach (var (table, columns) in new[] { (dataset, OfDatasets), (Lake.QuarantineOf(dataset), OfQuarantine) })
            {
                rows[table] = await RowsAsync(table, $"SELECT {columns} FROM {SqlIdentifier.QuoteQualified(table)} ORDER BY ALL");
            }
        }

        return rows;
    }

    /// <summary>For each source file how many rows became what; a record that is nowhere, or in two places, shows.</summary>
    public async Task<IReadOnlyList<string>> AccountsAsync(PipelineSpec spec)
    {
        var bronze = spec.Datasets[0].Name;
        var silver = spec.Datasets.First(d => d.Rows == Orchestrator.Pipelines.RowPolicy.Conserve && d.Name != bronze).Name;
        var (loaded, rejected) = (await CountsAsync(bronze, "_source_uri"), await CountsAsync(Lake.QuarantineOf(bronze), "source_uri"));
        var (passed, aside) = (await CountsAsync(silver, "_source_uri"), await CountsAsync(Lake.QuarantineOf(silver), "source_uri"));
        var accounts = new List<string>();
        foreach (var (file, rows) in loaded.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            var entry = await EntryAsync(spec, file);
            var dropped = entry.Result.Datasets.Single(d => d.Dataset == silver).Counts.Dropped.Values.Sum();
            var records = File.ReadAllLines(file).Length - 1;
            if (records != rows + rejected.GetValueOrDefault(file) || rows != passed.GetValueOrDefault(file) + aside.GetValueOrDefault(file) + dropped)
            {
                accounts.Add(FormattableString.Invariant(
                    $"{Path.GetFileName(file)}: {records} records, {rows} loaded + {rejected.GetValueOrDefault(file)} rejected; {passed.GetValueOrDefault(file)} passed + {aside.GetValueOrDefault(file)} kept aside + {dropped} dropped"));
            }
        }

        return accounts;
    }

    private async Task<LedgerEntry> EntryAsync(PipelineSpec spec, string file)
    {
        var (states, _) = await new PartitionPlanner(spec, lake).StatesAsync(CancellationToken.None);
        var partition = states.Single(s => s.Inputs.Any(i => i.Uri == file)).Partition.Value;
        return (await lake.ReadLedgerAsync(spec.Name, partition, CancellationToken.None))!;
    }

    private async Task<Dictionary<string, long>> CountsAsync(string table, string uri) =>
        (await RowsAsync(table, $"SELECT {uri}, count(*) FROM {SqlIdentifier.QuoteQualified(table)} GROUP BY ALL")).Select(r => r.Split('|')).ToDictionary(r => r[0], r => long.Parse(r[1], CultureInfo.InvariantCulture));

    private async Task<IReadOnlyList<string>> RowsAsync(string table, string sql) => await lake.VersionAsync(table, CancellationToken.None) is null
        ? []
        : [.. (await lake.QueryAsync(sql, CancellationToken.None)).Rows.Select(r => string.Join('|', r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))))];
}
