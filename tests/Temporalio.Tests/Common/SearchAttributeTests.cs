using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Common;

namespace Temporalio.Tests.Common;

public sealed class SearchAttributeTests
{
    private static readonly SearchAttributeKey<string> Text = SearchAttributeKey.CreateText("T");
    private static readonly SearchAttributeKey<long> Long = SearchAttributeKey.CreateLong("L");
    private static readonly SearchAttributeKey<IReadOnlyCollection<string>> List = SearchAttributeKey.CreateKeywordList("KL");

    [Fact]
    public void ToProto_RoundTrip_KeepsEveryType()
    {
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);
        var collection = new SearchAttributeCollection.Builder()
            .Set(Text, "words").Set(Long, 5).Set(List, ["a", "b"])
            .Set(SearchAttributeKey.CreateBool("B"), true)
            .Set(SearchAttributeKey.CreateDouble("D"), 0.5)
            .Set(SearchAttributeKey.CreateKeyword("K"), "key")
            .Set(SearchAttributeKey.CreateDateTimeOffset("DT"), time)
            .ToSearchAttributeCollection();

        var read = SearchAttributeCollection.FromProto(collection.ToProto());

        Assert.Equal(7, read.Count);
        Assert.Equal("words", read.Get(Text));
        Assert.Equal(5, read.Get(Long));
        Assert.Equal(["a", "b"], read.Get(List));
        Assert.True(read.Get(SearchAttributeKey.CreateBool("B")));
        Assert.Equal(0.5, read.Get(SearchAttributeKey.CreateDouble("D")));
        Assert.Equal("key", read.Get(SearchAttributeKey.CreateKeyword("K")));
        Assert.Equal(time, read.Get(SearchAttributeKey.CreateDateTimeOffset("DT")));
    }

    [Fact]
    public void ToProto_Value_CarriesItsType() =>
        Assert.Equal("KeywordList", new SearchAttributeCollection.Builder().Set(List, ["a"]).ToSearchAttributeCollection()
            .ToProto().IndexedFields["KL"].Metadata["type"].ToStringUtf8());

    [Theory]
    [InlineData("Keyword", "\"v\"", "v")]
    [InlineData("INDEXED_VALUE_TYPE_KEYWORD", "\"v\"", "v")]
    [InlineData("Keyword", "[\"v\"]", "v")]
    [InlineData("Keyword", "null", null)]
    [InlineData("SomethingNew", "\"v\"", null)]
    public void FromProto_ServerStyles_AreRead(string type, string json, string? expected)
    {
        var proto = new SearchAttributes { IndexedFields = { ["K"] = Payload(type, json) } };

        var found = SearchAttributeCollection.FromProto(proto).TryGetValue(SearchAttributeKey.CreateKeyword("K"), out var value);

        Assert.Equal((expected is not null, expected), (found, value));
    }

    [Fact]
    public void Get_OtherTypeOfSameName_Throws()
    {
        var collection = new SearchAttributeCollection.Builder().Set(Text, "x").ToSearchAttributeCollection();

        Assert.True(collection.ContainsKey("T"));
        Assert.False(collection.ContainsKey(SearchAttributeKey.CreateKeyword("T")));
        Assert.Throws<KeyNotFoundException>(() => collection.Get(SearchAttributeKey.CreateKeyword("T")));
    }

    [Fact]
    public void Builder_NameSetWithOtherType_ReplacesIt()
    {
        var collection = new SearchAttributeCollection.Builder().Set(Text, "x").Set(SearchAttributeKey.CreateKeyword("T"), "y").ToSearchAttributeCollection();

        Assert.Single(collection);
        Assert.Empty(new SearchAttributeCollection.Builder(collection).Unset("T").ToSearchAttributeCollection());
    }

    [Fact]
    public void Update_Unset_HasNoValueAndEncodesNull()
    {
        var update = Long.ValueUnset();

        Assert.False(update.HasValue);
        Assert.Throws<InvalidOperationException>(() => update.Value);
        Assert.Equal("binary/null", update.ToPayload().Metadata["encoding"].ToStringUtf8());
        Assert.Equal("Int", update.ToPayload().Metadata["type"].ToStringUtf8());
        Assert.Equal("7", Long.ValueSet(7).ToPayload().Data.ToStringUtf8());
    }

    [Fact]
    public void Keys_SameNameAndType_AreEqual()
    {
        Assert.True(Text == SearchAttributeKey.CreateText("T"));
        Assert.True(Text != SearchAttributeKey.CreateKeyword("T"));
        Assert.True(Long < Text);
    }

    private static Payload Payload(string type, string json) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain"), ["type"] = ByteString.CopyFromUtf8(type) },
        Data = ByteString.CopyFromUtf8(json),
    };
}
