using Orchestrator.Pipelines.Policies;
using Orchestrator.TestKit;

namespace Orchestrator.Pipelines.Tests.Policies;

public sealed class SecretStoreTests
{
    [Fact]
    public void Find_LooksWhereTheReferenceSays()
    {
        using var dir = new TempDir();
        Directory.CreateDirectory(dir.At("store", "db"));
        File.WriteAllText(dir.At("store", "db", "password"), "s3cret\n");
        File.WriteAllText(dir.At("key"), " spaces stay \r\n");
        var store = new SecretStore(dir.At("store"));

        Assert.Equal("s3cret", store.Find(Parse("${secret:db/password}")));
        Assert.Equal(" spaces stay ", store.Find(Parse($"${{file:{dir.At("key")}}}")));
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), store.Find(Parse("${env:PATH}")));
    }

    [Theory]
    [InlineData("${secret:missing}", "the store has no file 'missing'")]
    [InlineData("${secret:../key}", "lies outside the secret store")]
    [InlineData("${env:ORCHESTRATOR_NO_SUCH_VARIABLE}", "the variable 'ORCHESTRATOR_NO_SUCH_VARIABLE' is empty or not set")]
    [InlineData("${file:/no/such/file}", "the file '/no/such/file' is empty or missing")]
    public void Find_OfNothing_NamesTheReference(string reference, string message)
    {
        using var dir = new TempDir();
        Directory.CreateDirectory(dir.At("store"));
        File.WriteAllText(dir.At("key"), "outside");

        var failure = Assert.Throws<InvalidOperationException>(() => new SecretStore(dir.At("store")).Find(Parse(reference)));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"'{reference}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env:NAME")]
    [InlineData("${vault:NAME}")]
    [InlineData("${env:}")]
    [InlineData("${env:A-B}")]
    [InlineData("${file:relative}")]
    [InlineData("x${env:NAME}")]
    [InlineData("${env:NAME}\n")]
    public void Parse_OfNoReference_IsNull(string text) => Assert.Null(SecretReference.Parse(text));

    private static SecretReference Parse(string text) => SecretReference.Parse(text)!;
}
