using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>A feed of changes into one table for each way of merging, and a table made from a merged one in the same run.</summary>
public sealed class MergeRunTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public MergeRunTests()
    {
        _workspace.Pipeline("feed", "id, name, seq", """
            silver.events: {key: [id, seq], merge: append}
            silver.current: {key: [id], merge: upsert, sequence_by: seq}
            silver.names: {key: [id], merge: scd1, sequence_by: seq}
            silver.states: {key: [id], merge: scd2, sequence_by: seq}
            gold.totals: {key: [name]}
            """);
        foreach (var dataset in new[] { "silver.events", "silver.current", "silver.names", "silver.states" })
        {
            _workspace.Contract("feed", dataset, "id BIGINT, name VARCHAR, seq BIGINT, day DATE" + (dataset == "silver.states" ? ", valid_from BIGINT, valid_to BIGINT" : ""));
            _workspace.Model("feed", dataset, "SELECT CAST(id AS BIGINT) AS id, name, CAST(seq AS BIGINT) AS seq, day FROM bronze.feed WHERE day = $partition_date");
        }

        _workspace.Contract("feed", "gold.totals", "name VARCHAR, things BIGINT, day DATE");
        _workspace.Model("feed", "gold.totals", "SELECT name, count(*) AS things, $partition_date AS day FROM silver.current GROUP BY name");
        _workspace.Day("feed", 1, "id,name,seq\n1,a,10\n2,b,10\n3,a,10");
        _workspace.Day("feed", 2, "id,name,seq\n1,c,30\n2,b,30");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Run_AllStrategies_HoldTheirPromisesAtFirstLateAndAgain()
    {
        await _workspace.RunAsync("feed");

        await AssertAsync(
            ["1|a|10|2024-05-01", "1|c|30|2024-05-02", "2|b|10|2024-05-01", "2|b|30|2024-05-02", "3|a|10|2024-05-01"],
            ["1|c|30|2024-05-02", "2|b|30|2024-05-02", "3|a|10|2024-05-01"],
            ["1|a|10|30", "1|c|30|-", "2|b|10|-", "3|a|10|-"]);

        // The model of the second day saw the merged table, the day's own rows among it, and no key twice.
        Assert.Equal(["a|1|2024-05-02", "a|2|2024-05-01", "b|1|2024-05-01", "b|1|2024-05-02", "c|1|2024-05-02"], await _workspace.RowsAsync("name, things, day", "gold.totals"));

        // A day that comes late, with a state in between and an older row; and the first day again, with one row less.
        _workspace.Day("feed", 3, "id,name,seq\n1,b,20\n2,old,5");
        _workspace.Day("feed", 1, "id,name,seq\n1,a,10\n2,b,10");
        await _workspace.RunAsync("feed");

        await AssertAsync(
            ["1|a|10|2024-05-01", "1|b|20|2024-05-03", "1|c|30|2024-05-02", "2|b|10|2024-05-01", "2|b|30|2024-05-02", "2|old|5|2024-05-03"],
            ["1|c|30|2024-05-02", "2|b|30|2024-05-02", "3|a|10|2024-05-01"],
            ["1|a|10|20", "1|b|20|30", "1|c|30|-", "2|b|10|-", "2|old|5|10", "3|a|10|-"]);
    }

    [Theory]
    [InlineData("operation.before-commit")]
    [InlineData("merge.committed")]
    public async Task Run_WorkerKilledInAMerge_MergesOnce(string point)
    {
        await using var server = _workspace.Start(null, "dev", "--no-worker", "--port", "0");
        await server.WaitForAsync("Ctrl+C stops");
        await using var first = _workspace.Start(new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{point}=kill" }, "worker");
        await first.WaitForAsync("Ctrl+C stops");
        await using var run = _workspace.Start(null, "run", "pipelines/feed", "--parallel", "1");
        Assert.Equal(137, (await first.EndAsync()).ExitCode);

        await using var second = _workspace.Start(null, "worker");
        (await run.EndAsync()).ShouldSucceed();

        await AssertAsync(
            ["1|a|10|2024-05-01", "1|c|30|2024-05-02", "2|b|10|2024-05-01", "2|b|30|2024-05-02", "3|a|10|2024-05-01"],
            ["1|c|30|2024-05-02", "2|b|30|2024-05-02", "3|a|10|2024-05-01"],
            ["1|a|10|30", "1|c|30|-", "2|b|10|-", "3|a|10|-"]);
    }

    /// <summary>Values that do not change keep the row of their first day where only changes count.</summary>
    private async Task AssertAsync(string[] events, string[] current, string[] states)
    {
        Assert.Equal(events, await _workspace.RowsAsync("id, name, seq, day", "silver.events"));
        Assert.Equal(current, await _workspace.RowsAsync("id, name, seq, day", "silver.current"));
        Assert.Equal(current, await _workspace.RowsAsync("id, name, seq, day", "silver.names"));
        Assert.Equal(states, await _workspace.RowsAsync("id, name, valid_from, valid_to", "silver.states"));
    }
}
