using System.Globalization;
using Integration.Tests.Runs;

namespace Integration.Tests.Property.Feeds;

/// <summary>
/// A pipeline of a drawn shape, with a table for each way of merging, over files that come, change and go, run in any order and some at once, with steps that fail once at a drawn place. After every
/// round its tables must hold what <see cref="FeedOracle"/> says.
/// </summary>
internal sealed class FeedStory(int seed) : ISeededStory
{
    private const string Columns = "id, name, since, seen";

    private readonly Random _random = new(seed);
    private readonly FeedShape _shape = FeedShape.Draw(new Random(seed));
    private readonly Dictionary<string, IReadOnlyList<FeedRow>> _files = new(StringComparer.Ordinal);

    private readonly Dictionary<string, IReadOnlyList<FeedRow>> _last = new(StringComparer.Ordinal);

    // What a run has read of each file: the rows of one that is gone since stay.
    private readonly Dictionary<string, IReadOnlyList<FeedRow>> _landed = new(StringComparer.Ordinal);
    private readonly bool _inOrder = seed % 2 == 0;
    private readonly List<string> _steps = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps => _steps;

    /// <inheritdoc/>
    public async Task PlayAsync()
    {
        _steps.Add($"{_shape.Unit} in {_shape.Zone}, column {_shape.Type}, lookback {_shape.Lookback}{(_inOrder ? "" : ", moments in any order")}");
        var workspace = new SmallWorkspace();
        Write(workspace);
        var oracle = new FeedOracle(_shape);
        await using var live = await LiveRuns.StartAsync(workspace);
        for (var rounds = _random.Next(3, 6); rounds > 0; rounds--)
        {
            for (var changes = _random.Next(1, 5); changes > 0; changes--)
            {
                Change(workspace);
            }

            await RunAsync(live, oracle);
            await CompareAsync(live, oracle);
        }

        Assert.DoesNotContain(await live.PlanAsync("feed"), p => p.Value.Length > 0);
    }

    private async Task RunAsync(LiveRuns live, FeedOracle oracle)
    {
        var due = (await live.PlanAsync("feed")).Where(p => p.Value.Length > 0 || _random.Next(8) == 0).ToArray();
        _random.Shuffle(due);
        var (left, parallel) = (_random.Next(60), _random.Next(1, 4));
        live.At = place =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                lock (_steps)
                {
                    _steps.Add($"fails at {place}");
                }

                throw new IOException("The disk went away.");
            }
        };
        _steps.Add($"run {string.Join(", ", due.Select(d => d.Key + (d.Value.Length == 0 ? " by force" : "")))}, {parallel} at once");
        foreach (var some in due.Chunk(parallel))
        {
            await Task.WhenAll(some.Select(d => live.RunAsync("feed", d.Key, force: d.Value.Length == 0)));
            foreach (var (key, _) in some)
            {
                var partition = _shape.Partitions.ToList().FindIndex(p => p.Key == key);
                var names = _shape.Partitions[partition].Files;
                foreach (var name in names.Where(_files.ContainsKey))
                {
                    _landed[name] = _files[name];
                }

                oracle.Publish(partition, _landed.Where(f => names.Contains(f.Key)).ToDictionary());
            }
        }

        live.At = _ => { };
    }

    private async Task CompareAsync(LiveRuns live, FeedOracle oracle)
    {
        const string File = "regexp_extract(_source_uri,'([^/]*).csv$',1)";
        await SameAsync("silver.rows", oracle.Rows, $"id, name, since, seen, part, {File}, _source_row");
        await SameAsync("quarantine.silver.rows", oracle.Aside, $"{File.Replace("_source", "source", StringComparison.Ordinal)}, source_row");
        await SameAsync("silver.events", oracle.Events, "id, name, seen, part");
        await SameAsync("silver.current", oracle.Current, "id, name, seen");
        await SameAsync("silver.names", oracle.Current, "id, name, seen");
        await SameAsync("silver.states", oracle.States, "id, name, valid_from, valid_to");
        await SameAsync("gold.windows", oracle.Windows, "part, n, total");

        async Task SameAsync(string table, IEnumerable<string> expected, string columns)
        {
            var name = table.StartsWith("quarantine.", StringComparison.Ordinal) ? Lakehouse.Lake.QuarantineOf(table["quarantine.".Length..]) : table;
            string[] seen = await live.Lake.VersionAsync(name, CancellationToken.None) is null ? [] : await live.RowsAsync(columns, Lakehouse.DuckDb.SqlIdentifier.QuoteQualified(name));
            Assert.True(expected.SequenceEqual(seen), $"{table}\n  expected {string.Join("  ", expected)}\n  seen     {string.Join("  ", seen)}");
        }
    }

    private void Change(SmallWorkspace workspace)
    {
        var partition = _random.Next(_shape.Partitions.Count);
        var files = _shape.Partitions[partition].Files;
        var file = files[_random.Next(files.Length)];
        if (!_files.TryGetValue(file, out var rows))
        {
            // A file that comes back may say something else, but takes nothing back.
            Put(workspace, partition, file, _last.GetValueOrDefault(file) ?? Added([], files, partition), "comes");
            return;
        }

        switch (_random.Next(6))
        {
            case 0 or 1:
                Put(workspace, partition, file, Added(rows, files, partition), "has more");
                break;
            case 2:
                Put(workspace, partition, file, Changed(rows, r => r with { Name = Name() }), "names something otherwise");
                break;
            case 3:
                Put(workspace, partition, file, Changed(rows, r => r with { At = At(partition) }), "has seen something at another time");
                break;
            case 4:
                Put(workspace, partition, file, Changed(rows, r => r with { At = null }), "tells no time");
                break;
            default:
                _files.Remove(file);
                workspace.Remove($"pipelines/feed/in/{file}.csv");
                _steps.Add($"{file} goes");
                break;
        }
    }

    private void Put(SmallWorkspace workspace, int partition, string file, IReadOnlyList<FeedRow> rows, string what)
    {
        _files[file] = _last[file] = rows;
        workspace.Write($"pipelines/feed/in/{file}.csv", $"{Columns.Replace(" ", "", StringComparison.Ordinal)}\n{string.Join('\n', rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Id},{r.Name},{r.Since},{r.At?.ToString(CultureInfo.InvariantCulture) ?? "soon"}")))}");
        _steps.Add($"{file} of {_shape.Partitions[partition].Key} {what}: {string.Join(' ', rows.Select(r => $"{r.Id}{r.Name}{r.Since}@{r.At}"))}");
    }

    /// <summary>Within a partition a thing is named once for each moment, and seen once at each time; the partitions have moments and times of their own.</summary>
    private List<FeedRow> Added(IReadOnlyList<FeedRow> rows, string[] files, int partition)
    {
        var others = files.SelectMany(f => _last.GetValueOrDefault(f) ?? []).ToArray();
        var all = rows.ToList();
        for (var count = _random.Next(1, 5); count > 0; count--)
        {
            var row = new FeedRow(_random.Next(1, 5), Name(), Since(partition), At(partition));
            if (others.Concat(all).All(r => r.Id != row.Id || (r.Since != row.Since && r.At != row.At)))
            {
                all.Add(row);
            }
        }

        return all;
    }

    private List<FeedRow> Changed(IReadOnlyList<FeedRow> rows, Func<FeedRow, FeedRow> change)
    {
        var all = rows.ToList();
        if (all.Count > 0)
        {
            var i = _random.Next(all.Count);
            all[i] = change(all[i]);
        }

        return all;
    }

    private string Name() => ((char)('a' + _random.Next(3))).ToString();

    private int Since(int partition) => _inOrder ? (100 * partition) + _random.Next(100) : (_random.Next(100) * 10) + partition;

    private int At(int partition) => (_random.Next(100_000) * 10) + partition;

    private void Write(SmallWorkspace workspace)
    {
        var zone = _shape.Zone.Length > 0 ? $", time_zone: {_shape.Zone}" : "";
        var values = _shape.Unit == "list" ? $", values: [{string.Join(", ", _shape.Partitions.Select(p => p.Key))}]" : "";
        workspace.Write("pipelines/feed/pipeline.yaml", $$"""
            name: feed
            owner: data-platform
            partitioning: {unit: {{_shape.Unit}}, column: part{{zone}}{{values}} }
            sources:
              files: {path: "in/{{_shape.Path}}"}
            wrong_day: {same_content: publish}
            retry: {default: {attempts: 20, first_delay: 10ms, max_delay: 10ms}, publish: {attempts: 20, first_delay: 10ms, max_delay: 10ms}, record: {attempts: 20, first_delay: 10ms, max_delay: 10ms} }
            datasets:
              bronze.feed: {source: files, key: [_source_uri, _source_row]}
              silver.rows: {key: [_source_uri, _source_row], rows: conserve}
              silver.events: {key: [id, since], merge: append}
              silver.current: {key: [id], merge: upsert, sequence_by: seen}
              silver.names: {key: [id], merge: scd1, sequence_by: seen}
              silver.states: {key: [id], merge: scd2, sequence_by: since}
              gold.windows: {key: [part], reads: {silver.rows: {lookback: {{_shape.Lookback}} } } }
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        var part = $"part {_shape.Type}";
        workspace.Contract(
            "feed",
            "bronze.feed",
            $"id VARCHAR, name VARCHAR, since VARCHAR, seen VARCHAR, {part}, _source_uri VARCHAR, _source_row BIGINT",
            "    customProperties:\n      - property: headers\n        value: [{name: v1, columns: [{name: id}, {name: name}, {name: since}, {name: seen}]}]\n");
        workspace.Contract("feed", "silver.rows", $"id BIGINT, name VARCHAR, since BIGINT, seen BIGINT, {part}, _source_uri VARCHAR, _source_row BIGINT");
        workspace.Edit("pipelines/feed/contracts/silver.rows.odcs.yaml", "{name: seen, logicalType: integer, physicalType: BIGINT}", "{name: seen, logicalType: integer, physicalType: BIGINT, required: true}");
        var typed = "CAST(id AS BIGINT) AS id, name, CAST(since AS BIGINT) AS since, TRY_CAST(seen AS BIGINT) AS seen, part";
        var from = $"FROM bronze.feed WHERE part = {_shape.Own}";
        workspace.Model("feed", "silver.rows", $"SELECT {typed}, _source_uri, _source_row {from}");
        foreach (var merged in new[] { "silver.events", "silver.current", "silver.names" })
        {
            workspace.Contract("feed", merged, $"id BIGINT, name VARCHAR, since BIGINT, seen BIGINT, {part}");
            workspace.Model("feed", merged, $"SELECT {typed} {from} AND TRY_CAST(seen AS BIGINT) IS NOT NULL");
        }

        workspace.Contract("feed", "silver.states", $"id BIGINT, name VARCHAR, since BIGINT, {part}, valid_from BIGINT, valid_to BIGINT");
        workspace.Model("feed", "silver.states", $"SELECT CAST(id AS BIGINT) AS id, name, CAST(since AS BIGINT) AS since, part {from}");
        workspace.Contract("feed", "gold.windows", $"n BIGINT, total BIGINT, {part}");
        workspace.Model("feed", "gold.windows", $"SELECT count(*) AS n, CAST(sum(seen) AS BIGINT) AS total, {_shape.Own} AS part FROM silver.rows");
    }
}
