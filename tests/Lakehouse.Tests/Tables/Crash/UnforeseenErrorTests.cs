using Lakehouse.Tables.Operations;
using Lakehouse.Tests.Tables.Operations;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>An operation that is ended by an error nobody thought of, at any of the places it passes.</summary>
public sealed class UnforeseenErrorTests
{
    [Fact]
    public async Task Merge_EndedAtAnyPlace_LeavesATableThatIsWhole()
    {
        var (places, committed) = (0, 0);
        for (var at = 1; ; at++)
        {
            await using var table = new OperationFixture();
            await table.CreateAsync("id BIGINT; v BIGINT");
            await table.Operations.AppendAsync("SELECT range AS id, 0 AS v FROM range(10)");
            var place = await MergeAsync(table, at);
            if (place is null)
            {
                break;
            }

            places++;
            var rows = (await table.RowsAsync("select count(*), sum(v) from gold.t"))[0];
            Assert.True(rows is "10 0" or "11 3", $"'{rows}' after an error at {place}");
            committed += rows is "11 3" ? 1 : 0;
        }

        Assert.True(places > 5, $"only {places} places");
        Assert.True(committed > 0, "No error came after the commit.");
    }

    /// <summary>Merges with an error at the so many-th place; gives the place, or null when there are not so many.</summary>
    private static async Task<string?> MergeAsync(OperationFixture table, int at)
    {
        string? seen = null;
        FailPoint.Here = place =>
        {
            if (--at == 0)
            {
                seen = place;
                throw new NotSupportedException(place);
            }
        };
        try
        {
            await using var operations = table.Open();
            await operations.MergeAsync(new MergeRequest { Source = "SELECT * FROM (VALUES (5, 1), (20, 2)) v(id, v)", Keys = ["id"] });
        }
        catch (NotSupportedException e) when (e.Message == seen)
        {
            return seen;
        }
        finally
        {
            FailPoint.Here = null;
        }

        Assert.Null(seen);
        return null;
    }
}
