using System.IO.Compression;
using System.Text;
using Integration.Tests.Cli;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores.S3;
using Orchestrator.TestKit.S3;

namespace Integration.Tests.Runs;

/// <summary>The same rows from whatever store and format their files come.</summary>
public sealed class SourceTests
{
    private const string Secret = "SOURCE_TEST_KEYS";
    private const string InFolder = "sample/{yyyy}-{MM}-{dd}.csv";
    private static readonly string[] Sums = ["10|2024-05-01", "40|2024-05-02"];

    [Theory]
    [InlineData("jsonl", false)]
    [InlineData("jsonl", true)]
    [InlineData("parquet", false)]
    public async Task Run_OfAnotherFormat_MakesTheRowsOfCsv(string format, bool isPacked)
    {
        using var workspace = SmallWorkspace.Shop();
        workspace.Edit("pipelines/shop/pipeline.yaml", $"path: \"{InFolder}\"", $"path: \"sample/{{yyyy}}-{{MM}}-{{dd}}.{format}*\", format: {format}");
        foreach (var (day, rows) in new[] { ("2024-05-01", "('1', '10'), ('2', 'x')"), ("2024-05-02", "('3', '30')") })
        {
            Write(workspace.At($"pipelines/shop/sample/{day}.{format}{(isPacked ? ".gz" : "")}"), rows, format, isPacked);
        }

        await workspace.RunAsync("shop");

        Assert.Equal(["1|10|2024-05-01", "2|x|2024-05-01", "3|30|2024-05-02"], await workspace.RowsAsync("id, amount, day", "bronze.shop"));
        Assert.Equal(["1|10|2024-05-01", "3|30|2024-05-02"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
        Assert.Equal(Sums, await workspace.RowsAsync("total, day", "gold.sums"));
        Assert.Contains("up to date", (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfFilesInABucket_MakesTheRowsOfAFolderAndReadsOnlyWhatHasMoved()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["in"] });
        using var store = Bucket(server);
        using var workspace = InBucket(server);
        await PutAsync(store, "shop/2024-05-01.csv", "id,amount\n1,10\n2,x\n");
        await PutAsync(store, "shop/2024-05-02.csv", "id,amount\n3,30\n");
        await PutAsync(store, "shop/readme.txt", "none of ours");
        server.Faults.AddRandom(7, 0.05, S3Fault.ResetMidBody, S3Fault.SlowDown);

        await RunAsync(workspace);

        Assert.Equal(Sums, await workspace.RowsAsync("total, day", "gold.sums"));
        Assert.Equal(["s3://in/shop/2024-05-01.csv", "s3://in/shop/2024-05-01.csv", "s3://in/shop/2024-05-02.csv"], await workspace.RowsAsync("_source_uri", "bronze.shop"));

        // Nothing has moved: the listing says so, and no object is read.
        server.Faults.Clear();
        var before = server.Log.Count;
        var plan = await PlanAsync(workspace);
        Assert.True(plan.GetProperty("upToDate").GetInt32() == 2, plan.ToString());
        Assert.Equal("s3://in/shop/readme.txt", plan.GetProperty("ignored")[0].GetProperty("path").GetString());
        Assert.DoesNotContain(server.Log.Skip(before), l => l.Contains(".csv", StringComparison.Ordinal));

        // Written in another way it is no change; with another value it is, for its day and the one that looks back on it.
        await PutAsync(store, "shop/2024-05-01.csv", "id,amount\r\n1,10\r\n2,x\r\n");
        Assert.Empty((await PlanAsync(workspace)).GetProperty("runs").EnumerateArray());
        await PutAsync(store, "shop/2024-05-01.csv", "id,amount\n1,15\n2,x\n");
        var changed = (await PlanAsync(workspace)).GetProperty("runs")[0];
        Assert.Equal(("2024-05-01", "s3://in/shop/2024-05-01.csv"), (changed.GetProperty("partition").GetString(), changed.GetProperty("reasons")[0].GetProperty("subject").GetString()));
        await RunAsync(workspace);
        Assert.Equal(["15|2024-05-01", "45|2024-05-02"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Plan_OfABucketThatCannotBeRead_SaysWhichSourceAndWhy()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["other"] });
        using var workspace = InBucket(server);

        var none = await workspace.CallAsync("plan", "pipelines/shop");
        var missing = await CallAsync(workspace, "testaccess:testsecret123", "plan", "pipelines/shop");
        var wrong = await CallAsync(workspace, "testaccess-testsecret123", "plan", "pipelines/shop");

        Assert.All([none, missing, wrong], r => Assert.Equal(1, r.ExitCode));
        Assert.Contains($"Source 'files': Secret '${{env:{Secret}}}' is not there", none.Errors, StringComparison.Ordinal);
        Assert.Contains("NoSuchBucket", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("1 parts between colons", wrong.Errors, StringComparison.Ordinal);
        Assert.All([none, missing, wrong], r => Assert.Contains("Help:", r.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain("testsecret123", wrong.Errors + missing.Errors, StringComparison.Ordinal);
    }

    private static void Write(string file, string rows, string format, bool isPacked)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var engine = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = engine.Connect();
        var plain = file + ".plain";
        connection.Execute($"COPY (SELECT * FROM (VALUES {rows}) t(id, amount)) TO '{plain}' (FORMAT {(format == "parquet" ? "parquet" : "json")})");
        var bytes = File.ReadAllBytes(plain);
        File.Delete(plain);
        using var stream = File.Create(file);
        using Stream target = isPacked ? new GZipStream(stream, CompressionLevel.Fastest) : stream;
        target.Write(bytes);
    }

    private static SmallWorkspace InBucket(S3TestServer server)
    {
        var workspace = SmallWorkspace.Shop();
        File.Delete(workspace.At("pipelines/shop/sample/2024-05-01.csv"));
        workspace.Edit("pipelines/shop/pipeline.yaml", $"path: \"{InFolder}\"", $"path: \"s3://in/shop/{{yyyy}}-{{MM}}-{{dd}}.csv?endpoint={server.Address}\", credentials: \"${{env:{Secret}}}\"");
        return workspace;
    }

    private static S3ObjectStore Bucket(S3TestServer server) => new(new S3StoreOptions { Bucket = "in", Endpoint = server.Address, Region = "us-east-1", PathStyle = true }, "testaccess:testsecret123");

    private static Task PutAsync(S3ObjectStore store, string key, string text) => store.PutAsync(key, Encoding.UTF8.GetBytes(text));

    private static async Task RunAsync(SmallWorkspace workspace) => (await CallAsync(workspace, "testaccess:testsecret123", "run", "pipelines/shop", "--parallel", "1")).ShouldSucceed();

    private static async Task<System.Text.Json.JsonElement> PlanAsync(SmallWorkspace workspace) =>
        CovidWorkspace.Parse((await CallAsync(workspace, "testaccess:testsecret123", "plan", "pipelines/shop", "--json")).ShouldSucceed().Output);

    private static async Task<CliResult> CallAsync(SmallWorkspace workspace, string secret, params string[] arguments)
    {
        await using var process = workspace.Start(new Dictionary<string, string> { [Secret] = secret }, arguments);
        return await process.EndAsync();
    }
}
