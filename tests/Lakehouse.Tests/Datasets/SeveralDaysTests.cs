using Lakehouse.Datasets;
using Lakehouse.Quality;

namespace Lakehouse.Tests.Datasets;

/// <summary>Days that one run makes together, as a restated day does with those whose windows hold it: what each may hold is what it may hold alone.</summary>
public sealed class SeveralDaysTests
{
    private static readonly string[] Days = ["2024-05-01", "2024-05-02"];

    private static string Both(string first, string second) => $"{DatasetBench.Values(first)} UNION ALL {DatasetBench.Values(second, Days[1])}";

    [Fact]
    public async Task Stage_OfAKeyThatStandsInBothDays_IsNoRepetition()
    {
        using var bench = new DatasetBench { Contract = Checked("      - {metric: duplicateValues, arguments: {properties: [id]}, mustBe: 0}\n      - {metric: rowCount, mustBeLessThan: 3}\n") };

        await bench.PublishAsync(await bench.StageAsync(Both("(1, 'a', 1), (2, 'b', 1)", "(1, 'c', 1), (2, 'd', 1)"), Days));

        Assert.Equal(["1|a|1|2024-05-01", "1|c|1|2024-05-02", "2|b|1|2024-05-01", "2|d|1|2024-05-02"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Stage_OfOneDayThatBreaksARule_NamesTheDay()
    {
        using var bench = new DatasetBench { Contract = Checked("      - {name: few, metric: rowCount, mustBeLessThan: 3}\n") };

        var made = await bench.StageAsync(Both("(1, 'a', 1)", "(1, 'c', 1), (2, 'd', 1), (3, 'e', 1)"), Days);

        Assert.Equal("few: partition '2024-05-02': expected < 3, seen 3", Assert.Single(made.Staged.Broken));
        Assert.Equal(4, Assert.Single(made.Staged.Report.Results, r => r.Rule == "few").Rows);
    }

    [Fact]
    public async Task Stage_OfAKeyThatDeduplicationKeepsOnce_KeepsItOnceInEachDay()
    {
        using var bench = new DatasetBench { KeepFirstBy = [new SortColumn("seq", true, true)] };

        var made = await bench.StageAsync(Both("(1, 'a', 1), (1, 'b', 2)", "(1, 'c', 1), (1, 'd', 2), (2, 'e', 1)"), Days);
        await bench.PublishAsync(made);

        Assert.Equal((5L, 3L, 2L), (made.Staged.Report.Rows, made.Staged.Report.Passing, made.Staged.Report.Dropped));
        Assert.Equal(["1|b|2|2024-05-01", "1|d|2|2024-05-02", "2|e|1|2024-05-02"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Stage_OfRowsOfAnotherDay_IsRefused()
    {
        using var bench = new DatasetBench();

        var error = await Assert.ThrowsAsync<LakehouseException>(() => bench.StageAsync($"{Both("(1, 'a', 1)", "(2, 'b', 1)")} UNION ALL {DatasetBench.Values("(3, 'c', 1)", "2024-05-09")}", Days));

        Assert.Equal("quality.partition", error.Code);
        Assert.Contains("1 rows", error.Message, StringComparison.Ordinal);
        Assert.Contains("seen 2024-05-09 to 2024-05-09", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MergeMode.Upsert, "1|d|5|2024-05-02")]
    [InlineData(MergeMode.Latest, "1|d|5|2024-05-02")]
    [InlineData(MergeMode.History, "1|d|5|2024-05-02")]
    public async Task Publish_OfEquallyNewRowsInBothDays_TakesTheLaterDays(MergeMode mode, string expected)
    {
        var history = mode == MergeMode.History;
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, seq BIGINT, day DATE" + (history ? ", valid_from BIGINT, valid_to BIGINT" : ""))
        {
            Merge = new RowMerge { Mode = mode, Key = ["id"], SequenceColumn = "seq", ValidFrom = history ? "valid_from" : null, ValidTo = history ? "valid_to" : null },
        };

        await bench.PublishAsync(await bench.StageAsync(Both("(1, 'a', 5)", "(1, 'd', 5)"), Days));

        Assert.Equal([expected], await bench.RowsAsync());
    }

    [Fact]
    public async Task Publish_OfTwoRowsOfAKeyThatMustBeUnique_TakesTheNewer()
    {
        using var bench = new DatasetBench
        {
            Contract = Checked("      - {metric: duplicateValues, arguments: {properties: [id]}, mustBe: 0}\n"),
            Merge = new RowMerge { Mode = MergeMode.Upsert, Key = ["id"], SequenceColumn = "seq" },
        };

        await bench.RunAsync("(1, 'a', 1), (1, 'b', 2)");

        Assert.Equal(["1|b|2|2024-05-01"], await bench.RowsAsync());
    }

    private static Lakehouse.Contracts.ContractTable Checked(string rules) => DatasetBench.ContractOf("id BIGINT, name VARCHAR, seq BIGINT, day DATE", "    quality:\n" + rules);
}
