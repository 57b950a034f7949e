using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lakehouse.DuckDb;
using Lakehouse.Privacy;

namespace Lakehouse.Tests.Privacy;

public sealed class TokeniserTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly PrivacyRule Rule = new() { Column = "c", Handling = ColumnHandling.Tokenise, Key = "k" };

    [Fact]
    public void Token_Value_IsTheStatedHmac()
    {
        var mac = HMACSHA256.HashData(Bytes, (byte[])[0, 1, .. "k"u8, .. "ann@x.org"u8]);

        Assert.Equal("k.3:" + System.Buffers.Text.Base64Url.EncodeToString(mac.AsSpan(0, 16)), new Tokeniser(new TokenKey("k", 3, Bytes), Rule).Token("ann@x.org"));
    }

    /// <summary>Tokens join exactly the rows that values join, over tables, and never over key, version or domain.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_TwoTables_JoinAsTheValuesDo(int seed)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 2 });
        using var connection = database.Connect();
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE a AS SELECT CASE WHEN hash(i, {seed}) % 17 = 0 THEN NULL ELSE repeat(chr((65 + hash(i) % 500)::INT), (hash(i, {seed}) % 30)::INT) || (hash(i, {seed}) % 5000) END AS v FROM range(20000) t(i);
            CREATE TABLE b AS SELECT CASE WHEN i % 13 = 0 THEN NULL ELSE v END AS v, i FROM (SELECT v, row_number() OVER () AS i FROM a) UNION ALL SELECT 'other' || i, i FROM range(5000) t(i);
            """));
        connection.CreateFunction("tok", new Tokeniser(new TokenKey("k", 1, Bytes), Rule).Write);
        connection.CreateFunction("other_version", new Tokeniser(new TokenKey("k", 2, Bytes), Rule).Write);
        connection.CreateFunction("other_domain", new Tokeniser(new TokenKey("k", 1, Bytes), Rule with { Domain = "d" }).Write);
        connection.Execute("CREATE TABLE ta AS SELECT v, tok(v) AS t FROM a; CREATE TABLE tb AS SELECT v, tok(v) AS t, other_version(v) AS w, other_domain(v) AS d FROM b");

        Assert.Equal(connection.Scalar<long>("SELECT count(*) FROM a JOIN b USING (v)"), connection.Scalar<long>("SELECT count(*) FROM ta JOIN tb ON ta.t = tb.t"));
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM ta JOIN tb ON ta.t = tb.t WHERE ta.v <> tb.v"));
        Assert.Equal(connection.Scalar<long>("SELECT count(DISTINCT v) FROM a"), connection.Scalar<long>("SELECT count(DISTINCT t) FROM ta"));
        Assert.Equal(connection.Scalar<long>("SELECT count(*) FROM a WHERE v IS NULL"), connection.Scalar<long>("SELECT count(*) FROM ta WHERE t IS NULL"));
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM ta WHERE ta.t IN (SELECT w FROM tb) OR ta.t IN (SELECT d FROM tb)"));
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM ta WHERE length(v) > 3 AND contains(t, v)"));
    }

    [Theory]
    [InlineData("lower", " Ann@X.org ", "ann@x.ORG", true)]
    [InlineData("trim", " a ", "a", true)]
    [InlineData("digits", "4111-1111", "4111 1111", true)]
    [InlineData("none", "a", "A", false)]
    public void Token_NormalForm_DecidesWhatIsEqual(string form, string one, string other, bool equal)
    {
        var tokeniser = new Tokeniser(new TokenKey("k", 1, Bytes), Rule with { Normalise = form });

        Assert.Equal(equal, tokeniser.Token(one) == tokeniser.Token(other));
    }

    [Fact]
    public void Token_Digits_KeepTheFormAndAreNoCardNumber()
    {
        var tokeniser = new Tokeniser(new TokenKey("k", 1, Bytes), Rule with { KeepsDigits = true });
        var tokens = Enumerable.Range(0, 2_000).Select(i => tokeniser.Token($"4111-1111-1111-{i:0000}")).ToList();

        Assert.All(tokens, t => Assert.Matches("^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4}$", t));
        Assert.All(tokens, t => Assert.Null(PiiDetector.Classify(t)));
        Assert.Equal(2_000, tokens.Distinct(StringComparer.Ordinal).Count());
        Assert.StartsWith("k.1:", tokeniser.Token("12345678901234"), StringComparison.Ordinal);
    }

    [Fact]
    public void TokenKey_Text_HasNoKeyInIt() => Assert.Equal("k.7", new TokenKey("k", 7, Bytes).ToString());

    [Fact]
    public void CreateFunction_ThatFails_FailsTheStatementWithoutTheValue()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        connection.CreateFunction("bad", (text, _) => throw new InvalidOperationException(Encoding.UTF8.GetString(text)));
        connection.CreatePredicate("is_long", text => text.Length > 3);

        var error = Assert.Throws<DuckDbException>(() => connection.Scalar<string>("SELECT bad('ann@x.org')"));

        Assert.DoesNotContain("ann@x.org", error.Message, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", error.Message, StringComparison.Ordinal);
        Assert.Equal([[true], [null], [false]], connection.Query("SELECT is_long(v) FROM (VALUES ('abcd'), (NULL), ('')) t(v)").Rows);
    }
}
