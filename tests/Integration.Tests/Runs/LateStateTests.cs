using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>A history of states, told by days that run in any order and change.</summary>
public sealed class LateStateTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public LateStateTests()
    {
        _workspace.Pipeline("feed", "id, name, seq", "silver.states: {key: [id], merge: scd2, sequence_by: seq}");
        _workspace.Contract("feed", "silver.states", "id BIGINT, name VARCHAR, seq BIGINT, day DATE, valid_from BIGINT, valid_to BIGINT");
        _workspace.Model("feed", "silver.states", "SELECT CAST(id AS BIGINT) AS id, name, CAST(seq AS BIGINT) AS seq, day FROM bronze.feed WHERE day >= CAST($partition_start AS DATE) AND day < CAST($partition_end AS DATE)");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Run_OfADayBetweenTwoThatSayTheSame_LeavesThreeStates()
    {
        foreach (var (day, name) in new[] { (4, "a"), (1, "a"), (2, "b") })
        {
            Say(day, name);
            await _workspace.RunAsync("feed");
        }

        Assert.Equal(["1|a|10|20", "1|b|20|40", "1|a|40|-"], await StatesAsync());
    }

    [Fact]
    public async Task Run_OfACorrectedDay_LeavesWhatLaterDaysSaid()
    {
        foreach (var day in new[] { 1, 2, 4 })
        {
            Say(day, "a");
        }

        await _workspace.RunAsync("feed");
        Assert.Equal(["1|a|10|-"], await StatesAsync());

        Say(1, "b");
        await _workspace.RunAsync("feed");

        Assert.Equal(["1|b|10|20", "1|a|20|-"], await StatesAsync());
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    public async Task Run_OfDaysThatTellOneMomentDifferently_LeavesWhatTheLaterDaySaid(int first, int second)
    {
        foreach (var day in new[] { first, second })
        {
            _workspace.Day("feed", day, $"id,name,seq\n1,{(day == 2 ? "a" : "b")},20\n2,c,{day}\n3,c,{day}\n4,c,{day}");
            await _workspace.RunAsync("feed");
        }

        Assert.Equal("1|b|20|-", (await StatesAsync()).Single(s => s.StartsWith("1|", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_OfADayWithoutEndsWhereEarlierStatesHaveEnded_FindsNothingWrong()
    {
        foreach (var day in new[] { 1, 2, 3 })
        {
            _workspace.Day("feed", day, "id,name,seq\n" + string.Join('\n', Enumerable.Range(1, 12).Select(id => $"{id},{(char)('a' + day)},{10 * day}")));
            await _workspace.RunAsync("feed");
        }

        Assert.Equal(36, (await StatesAsync()).Count);
    }

    [Fact]
    public async Task Run_OfALaterDayThatTellsOfAnEarlierTime_LeavesWhatEarlierDaysSaidBehindIt()
    {
        // The second day says what the first said: it stands for nothing until the third tells what was in between.
        Say(1, "a");
        Say(2, "a");
        await _workspace.RunAsync("feed");
        _workspace.Day("feed", 3, "id,name,seq\n1,b,15");
        await _workspace.RunAsync("feed");

        Assert.Equal(["1|a|10|15", "1|b|15|20", "1|a|20|-"], await StatesAsync());

        await _workspace.RunAsync("feed", "--force");
        Assert.Equal(["1|a|10|15", "1|b|15|20", "1|a|20|-"], await StatesAsync());
    }

    private void Say(int day, string name) => _workspace.Day("feed", day, $"id,name,seq\n1,{name},{10 * day}");

    /// <summary>The states in the order of their beginning.</summary>
    private async Task<IReadOnlyList<string>> StatesAsync() => [.. (await _workspace.RowsAsync("id, name, valid_from, valid_to", "silver.states")).OrderBy(r => int.Parse(r.Split('|')[2], System.Globalization.CultureInfo.InvariantCulture))];
}
