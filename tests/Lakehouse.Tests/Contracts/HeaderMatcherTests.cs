using Lakehouse.Contracts;

namespace Lakehouse.Tests.Contracts;

public sealed class HeaderMatcherTests
{
    private static readonly HeaderGeneration Early = new("early", [
        new("province_state", "Province/State", false),
        new("country_region", "Country/Region", false),
        new("last_update", "Last Update", false),
        new("latitude", "Latitude", true)]);

    private static readonly HeaderGeneration Late = new("late", [
        new("fips", "FIPS", false),
        new("province_state", "Province_State", false),
        new("country_region", "Country_Region", false),
        new("last_update", "Last_Update", false)]);

    [Fact]
    public void Match_EachGeneration_IsFound()
    {
        Assert.Same(Early, HeaderMatcher.Match(["Province/State", "Country/Region", "Last Update", "Latitude"], [Early, Late], "f").Generation);
        Assert.Same(Late, HeaderMatcher.Match(["FIPS", "Province_State", "Country_Region", "Last_Update"], [Early, Late], "f").Generation);
    }

    [Fact]
    public void Match_OptionalColumnAbsent_IsNamed()
    {
        var match = HeaderMatcher.Match(["Province/State", "Country/Region", "Last Update"], [Early, Late], "f");

        Assert.Equal(["latitude"], match.Absent.Select(c => c.Name));
        Assert.False(match.Reordered);
    }

    [Fact]
    public void Match_OtherOrder_MapsByNameAndSaysSo()
    {
        var match = HeaderMatcher.Match(["Last Update", "Province/State", "Latitude", "Country/Region"], [Early, Late], "f");

        Assert.True(match.Reordered);
        Assert.Equal(["last_update", "province_state", "latitude", "country_region"], match.Columns.Select(c => c?.Name));
    }

    [Fact]
    public void TryMatch_DifferentHeader_NamesMissingUnexpectedAndRenamed()
    {
        Assert.False(HeaderMatcher.TryMatch(["fips", "Province_State", "Contry_Region", "Extra Things"], [Early, Late], out _, out var mismatch));

        Assert.Same(Late, mismatch.Nearest);
        Assert.Equal(["Last_Update"], mismatch.Missing.Select(c => c.Header));
        Assert.Equal(["Extra Things"], mismatch.Unexpected);
        Assert.Equal([("FIPS", "fips"), ("Country_Region", "Contry_Region")], mismatch.Renamed.Select(r => (r.Declared, r.Seen)));
    }

    [Fact]
    public void TryMatch_UnlikeNameBetweenKnownNeighbours_IsARenameByPlace()
    {
        Assert.False(HeaderMatcher.TryMatch(["FIPS", "Province_State", "Nation", "Last_Update"], [Late], out _, out var mismatch));

        Assert.Equal(("Country_Region", "Nation", "in the same place"), mismatch.Renamed.Select(r => (r.Declared, r.Seen, r.Reason)).Single());
        Assert.Empty(mismatch.Missing);
    }

    [Fact]
    public void TryMatch_Discard_PassesOverNewFieldsButNotRenamedOnes()
    {
        Assert.True(HeaderMatcher.TryMatch(["Notes", "Last Update", "Province/State", "Country/Region", "Notes"], [Late, Early], out var match, out _, SchemaEvolution.Discard));
        Assert.Equal([null, "last_update", "province_state", "country_region", null], match.Columns.Select(c => c?.Name));
        Assert.Equal(["Notes", "Notes"], match.Discarded);

        Assert.False(HeaderMatcher.TryMatch(["Province/State", "Country/Region", "Last Update", "latitude"], [Early], out _, out var mismatch, SchemaEvolution.Discard));
        Assert.Equal(("Latitude", "latitude"), mismatch.Renamed.Select(r => (r.Declared, r.Seen)).Single());
    }

    [Theory]
    [InlineData("FIPS,Province_State,Country_Region,Last_Update,Last_Update")]
    [InlineData("FIPS,Province_State,Country_Region,Last_Update,")]
    [InlineData("FIPS,Province_State,Country_Region,Last_Update ")]
    public void TryMatch_RepeatedEmptyOrPaddedField_FitsNothing(string header)
    {
        Assert.False(HeaderMatcher.TryMatch(header.Split(','), [Early, Late], out _, out _));
    }

    [Fact]
    public void Match_NoFit_ThrowsWithFileLineExpectedSeenAndHelp()
    {
        var error = Assert.Throws<LakehouseException>(() => HeaderMatcher.Match(["FIPS", "Province_State", "Country_Region", "Last\nUpdate"], [Late], "s3://b/day.csv"));

        Assert.Equal("contract.header_mismatch", error.Code);
        Assert.Contains("s3://b/day.csv: line 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected: FIPS, Province_State", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Last_Update' → 'Last\\u000aUpdate'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Help: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,Jane Roe,jane@example.org,+49 30 77712345")]
    [InlineData("Jane Roe")]
    [InlineData("FIPS,Jane Roe,7,8")]
    public void Match_AFirstLineThatMayBeARow_ShowsNoneOfItsValues(string line)
    {
        HeaderGeneration one = new("one", [new("person", "Person", false)]);

        var error = Assert.Throws<LakehouseException>(() => HeaderMatcher.Match(line.Split(','), line.Contains(',', StringComparison.Ordinal) ? [Late] : [one], "f.csv"));

        Assert.DoesNotContain("Jane", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("777", error.Message, StringComparison.Ordinal);
        Assert.Contains("'header: false'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fips,State,Region,When", true)]
    [InlineData("FIPS,Province_State,Country_Region,A,B,C,D,E,F", false)]
    public void Match_ASchemaOrTheKnownNamesAmongMany_AreShown(string header, bool isSchema) =>
        Assert.Contains(
            $"seen:     {header.Replace(",", ", ", StringComparison.Ordinal)}",
            Assert.Throws<LakehouseException>(() => HeaderMatcher.Match(header.Split(','), [Late], "f", isSchema: isSchema)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Match_AnAddressAmongKnownNames_IsNotShown() =>
        Assert.DoesNotContain("jane@", Assert.Throws<LakehouseException>(() => HeaderMatcher.Match(["FIPS", "Province_State", "jane@example.org", "Last_Update"], [Late], "f")).Message, StringComparison.Ordinal);
}
