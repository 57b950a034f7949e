using System.IO.Compression;
using System.Text;
using Lakehouse.Contracts;
using Lakehouse.Raw;

namespace Lakehouse.Tests.Raw;

/// <summary>What a file says has one hash, however it is written; whatever a model could see is part of it.</summary>
public sealed class ValueHashTests : EngineTests
{
    private const string Plain = "a,b,c\n1,x y,\n2,\"p,q\",3\n";

    [Theory]
    [InlineData("a,b,c\r\n1,x y,\r\n2,\"p,q\",3\r\n")]
    [InlineData("\uFEFFa,b,c\n1,x y,\n2,\"p,q\",3\n")]
    [InlineData("\"a\",\"b\",\"c\"\n\"1\",\"x y\",\n\"2\",\"p,q\",\"3\"\n")]
    [InlineData("\"a\",\"b\",\"c\"\n\"1\",\"x y\",\"\"\n\"2\",\"p,q\",\"3\"\n")]
    [InlineData("c,a,b\n,1,x y\n3,2,\"p,q\"\n")]
    [InlineData("a,b,c\n1,x y,\n\n2,\"p,q\",3")]
    public void HashOf_TheSameValuesWrittenInAnotherWay_IsTheSame(string text) => Assert.Equal(Hash(Plain), Hash(text));

    [Theory]
    [InlineData("a,b,c\n2,\"p,q\",3\n1,x y,\n")]
    [InlineData("a,b,c\n1,x y ,\n2,\"p,q\",3\n")]
    [InlineData("a,b,c\n1,x y,\n2,\"p,q\",3.0\n")]
    [InlineData("a,b,c\n1,x y,\n")]
    [InlineData("a,b,c\n1,x y,\n2,\"p,q\",3\n2,\"p,q\",3\n")]
    [InlineData("a,b,c\n1,x,y\n2,\"p,q\",3\n")]
    [InlineData("a,b,c\n1,x y,\n2,\"p,q\",3\n4,5\n")]
    public void HashOf_OtherValuesOrAnotherOrderOfRows_IsAnother(string text) => Assert.NotEqual(Hash(Plain), Hash(text));

    [Fact]
    public void HashOf_APackedFile_IsThatOfItsText()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Plain));
        }

        Assert.Equal(Hash(Plain), BronzeLoader.HashOf(new MemoryStream(packed.ToArray()), Table(), [], "f.csv.gz"));
    }

    [Theory]
    [InlineData(Plain, SchemaEvolution.Freeze)]
    [InlineData("a,b,c\n1,2\n3,4,5\n", SchemaEvolution.Freeze)]
    [InlineData("a,new,b,c\n1,n,2,3\n", SchemaEvolution.Evolve)]
    [InlineData("a,new,b,c\n1,n,2,3\n", SchemaEvolution.Discard)]
    [InlineData("a,new,b,c\n1,n,2,3\n", SchemaEvolution.Quarantine)]
    public void Load_OfAnyFile_GivesTheHashThatParsingAloneGives(string text, SchemaEvolution evolution)
    {
        var table = Table() with { SchemaEvolution = evolution };

        Assert.Equal(BronzeLoader.HashOf(Bytes(text), table, ["day"], "f"), Load(text, table, "2024-05-01").ValueHash);
    }

    [Fact]
    public void Load_OfTheSameFileInTwoPartitions_GivesOneHash() => Assert.Equal(Load(Plain, Table(), "2024-05-01").ValueHash, Load(Plain, Table(), "2024-05-02").ValueHash);

    [Fact]
    public void HashOf_AColumnThatTheContractPassesOver_IsNoPartOfIt()
    {
        var table = Table() with { SchemaEvolution = SchemaEvolution.Discard };

        Assert.Equal(BronzeLoader.HashOf(Bytes("a,new,b,c\n1,n,2,3\n"), table, [], "f"), BronzeLoader.HashOf(Bytes("a,new,b,c\n1,m,2,3\n"), table, [], "f"));
    }

    [Fact]
    public void HashOf_FieldsThatAreLong_AreHashedWhole()
    {
        var half = new string('x', 70_000);

        Assert.NotEqual(Hash($"a,b,c\n{half}1,2,3\n"), Hash($"a,b,c\n{half}2,2,3\n"));
        Assert.Equal(Hash($"a,b,c\n{half}1,2,3\n"), Hash($"a,b,c\n\"{half}1\",2,3\r\n"));
    }

    private static string? Hash(string text) => BronzeLoader.HashOf(Bytes(text), Table(), [], "f");

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private BronzeLoadResult Load(string text, ContractTable table, string day) => BronzeLoader.Load(
        Bytes(text),
        new BronzeLoad
        {
            Table = table,
            SourceUri = "f",
            FileHash = "0",
            ArrivedAt = DateTimeOffset.UnixEpoch,
            Dataset = "bronze.t",
            Partition = day,
            RunId = "r",
            QuarantinedAt = DateTimeOffset.UnixEpoch,
            Constants = new Dictionary<string, string?> { ["day"] = day },
            TargetTable = $"t{Guid.NewGuid():N}",
        },
        Connection);

    private static ContractTable Table() =>
        new() { Name = "t", ContractVersion = "1.0.0", Columns = [.. "abc".Select(c => new ContractColumn { Name = c.ToString(), LogicalType = LogicalType.String })] };
}
