using Lakehouse.Contracts;
using Lakehouse.Datasets;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Datasets;

/// <summary>A lake with one dataset, made and published by hand as a run does it.</summary>
internal sealed class DatasetBench : IDisposable
{
    public const string Dataset = "silver.things";

    private readonly TempDir _folder = new();
    private readonly DuckDbPool _engines = new();
    private int _runs;

    public DatasetBench(string columns = "id BIGINT, name VARCHAR, seq BIGINT, day DATE", Lake? lake = null)
    {
        Lake = lake ?? new Lake(_folder.At("lake"));
        Contract = ContractOf(columns);
    }

    public Lake Lake { get; }

    public ContractTable Contract { get; set; }

    public RowMerge Merge { get; set; } = RowMerge.Replace;

    /// <summary>Which of the rows with one id stays. Default: all.</summary>
    public IReadOnlyList<SortColumn>? KeepFirstBy { get; set; }

    public void Dispose()
    {
        _engines.Dispose();
        _folder.Dispose();
    }

    public static ContractTable ContractOf(string columns, string more = "")
    {
        var properties = columns.Split(", ").Select(c => c.Split(' ', 2)).Select(c => $"      - {{name: {c[0]}, physicalType: '{c[1]}'}}");
        var parsed = ContractParser.Parse($"apiVersion: v3.1.0\nkind: DataContract\nid: things\nversion: 1.0.0\nstatus: active\nschema:\n  - name: things\n{more}    properties:\n{string.Join('\n', properties)}\n", "things.odcs.yaml");
        return parsed.Contract!.Tables[0];
    }

    /// <summary>Stages the rows of a SELECT as a run of its own.</summary>
    public Task<(StagedRows Staged, string Run)> StageAsync(string sql, string day = "2024-05-01", Func<DatasetAttempt, Task>? before = null) => StageAsync(sql, [day], before);

    /// <summary>Stages the rows of a SELECT, of several days, as one run.</summary>
    public async Task<(StagedRows Staged, string Run)> StageAsync(string sql, string[] days, Func<DatasetAttempt, Task>? before = null)
    {
        var run = $"run{++_runs}";
        using var attempt = DatasetAttempt.Open(
            Lake,
            _engines,
            new DatasetTarget { Dataset = Dataset, Contract = Contract, PartitionColumn = "day", Partitions = days, Key = ["id"], Merge = Merge, KeepFirstBy = KeepFirstBy },
            Options(run));
        if (before is not null)
        {
            await before(attempt);
        }

        attempt.Transform(sql, new Dictionary<string, object?>());
        return (await attempt.StageAsync(TestContext.Current.CancellationToken), run);
    }

    public async Task<CommitResult> PublishAsync((StagedRows Staged, string Run) made, string day = "2024-05-01", long epoch = 1, string owner = "test/things", Func<DeltaSnapshot, CancellationToken, Task<string?>>? veto = null)
    {
        Assert.Null(made.Staged.Refusal);
        Assert.Empty(made.Staged.Broken);
        return await new StagedPublish(Lake, TimeProvider.System, _engines, Options(made.Run)).RunAsync(
            await StagedManifest.ReadAsync(Lake.Store, made.Staged.ManifestPath, TestContext.Current.CancellationToken),
            new PublishMark { RunId = made.Run, AppId = $"{owner}/{day}", Owner = owner, Epoch = epoch },
            veto,
            TestContext.Current.CancellationToken);
    }

    /// <summary>Stages and publishes values as rows: the columns of the contract without the day.</summary>
    public async Task<CommitResult> RunAsync(string values, string day = "2024-05-01", long epoch = 1, string columns = "id, name, seq") =>
        await PublishAsync(await StageAsync(Values(values, day, columns), day), day, epoch);

    public static string Values(string values, string day = "2024-05-01", string columns = "id, name, seq") =>
        $"SELECT {string.Join(", ", columns.Split(", ").Select(c => c is "id" or "seq" ? $"CAST({c} AS BIGINT) AS {c}" : c))}, DATE '{day}' AS day FROM (VALUES {values}) v({columns})";

    /// <summary>All rows in the table, each as a text, in order.</summary>
    public async Task<string[]> RowsAsync(string select = "id, name, seq, day")
    {
        var result = await Lake.QueryAsync($"SELECT concat_ws('|', {string.Join(", ", select.Split(", ").Select(c => $"coalesce(CAST({c} AS VARCHAR), '-')"))}) AS r FROM {Dataset} ORDER BY r", TestContext.Current.CancellationToken);
        return [.. result.Rows.Select(r => (string)r[0]!)];
    }

    private static AttemptOptions Options(string run) => new()
    {
        RunId = run,
        PlannedAt = new DateTimeOffset(2024, 5, 2, 0, 0, 0, TimeSpan.Zero),
        StagingFolder = $"_staging/{run}/",
        Limits = new DuckDbOptions { MemoryLimitBytes = 256L << 20 },
        Folders = ["_staging", Lake.PathOf(Dataset), Lake.PathOf("silver.others")],
    };
}
