using Orchestrator.TestKit;
using Temporal.DevServer.Storage;
using Temporal.Grpc;

namespace Temporal.DevServer.Tests.Durability;

/// <summary>Files of older and newer servers, and files that are not what they should be.</summary>
public sealed class DatabaseFileTests
{
    [Fact]
    public async Task Open_OfEveryOlderVersion_BringsItUpToDate()
    {
        for (var version = 1; version < SqliteSchema.Version; version++)
        {
            using var dir = new TempDir();
            var file = dir.At("temporal.db");
            using (var old = new SqliteDatabase(file, readOnly: false))
            {
                old.Execute($"{string.Concat(SqliteSchema.Steps.Take(version))} PRAGMA user_version={version}; PRAGMA application_id={SqliteSchema.ApplicationId};");
            }

            await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = file))
            {
                await server.StartAsync("run");
            }

            await using var again = await TestServer.StartAsync(o => o.DatabaseFile = file);
            Assert.NotEmpty(await again.HistoryAsync("run"));
        }
    }

    [Fact]
    public async Task Open_OfANewerVersion_IsRefusedAndLeavesTheFile()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        using (var newer = new SqliteDatabase(file, readOnly: false))
        {
            newer.Execute($"CREATE TABLE t (a); PRAGMA user_version={SqliteSchema.Version + 1}; PRAGMA application_id={SqliteSchema.ApplicationId};");
        }

        var before = await File.ReadAllBytesAsync(file, CancellationToken.None);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(o => o.DatabaseFile = file));

        Assert.Contains($"schema version {SqliteSchema.Version + 1}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Help:", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, CancellationToken.None));
    }

    [Fact]
    public async Task Open_OfADatabaseOfAnotherProgram_IsRefused()
    {
        using var dir = new TempDir();
        var file = dir.At("other.db");
        using (var other = new SqliteDatabase(file, readOnly: false))
        {
            other.Execute("CREATE TABLE notes (text);");
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(o => o.DatabaseFile = file));

        Assert.Contains("another program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfAFileWithDamagedPages_SaysSo()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = file))
        {
            for (var i = 0; i < 50; i++)
            {
                await server.StartAsync($"run-{i}");
            }
        }

        var bytes = await File.ReadAllBytesAsync(file, CancellationToken.None);
        Array.Fill(bytes, (byte)0xA5, 4096, bytes.Length - 4096); // all but the header page
        await File.WriteAllBytesAsync(file, bytes, CancellationToken.None);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(o => o.DatabaseFile = file));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("Help:", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, CancellationToken.None));
    }

    [Fact]
    public async Task Examine_OfAFile_SaysWhetherItIsWholeAndWhoHasIt()
    {
        using var dir = new TempDir();
        var file = dir.At("temporal.db");
        Assert.Contains("is made by the first server", TemporalDevServer.ExamineDatabase(file), StringComparison.Ordinal);
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = file))
        {
            for (var i = 0; i < 50; i++)
            {
                await server.StartAsync($"run-{i}");
            }

            Assert.EndsWith("is whole; a running server has it", TemporalDevServer.ExamineDatabase(file), StringComparison.Ordinal);
        }

        Assert.EndsWith("is whole and can be written", TemporalDevServer.ExamineDatabase(file), StringComparison.Ordinal);

        // One page in the middle: a server starts on it, and fails when it comes to that page.
        var bytes = await File.ReadAllBytesAsync(file, CancellationToken.None);
        Array.Fill(bytes, (byte)0xA5, bytes.Length / 4096 / 2 * 4096, 4096);
        await File.WriteAllBytesAsync(file, bytes, CancellationToken.None);

        Assert.Contains("is damaged", Assert.Throws<InvalidOperationException>(() => TemporalDevServer.ExamineDatabase(file)).Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, CancellationToken.None));
    }

    [Fact]
    public void Examine_OfAFileThatIsNoServersOwn_SaysWhatItIs()
    {
        using var dir = new TempDir();
        var (text, other) = (dir.At("text.db"), dir.At("other.db"));
        File.WriteAllText(text, new string('x', 8192));
        using (var notes = new SqliteDatabase(other, readOnly: false))
        {
            notes.Execute("CREATE TABLE notes (text);");
        }

        Assert.Contains("not a database", Assert.Throws<InvalidOperationException>(() => TemporalDevServer.ExamineDatabase(text)).Message, StringComparison.Ordinal);
        Assert.Contains("another program", Assert.Throws<InvalidOperationException>(() => TemporalDevServer.ExamineDatabase(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnADiskThatFillsUp_SaysSoAndKeepsWhatWasAcknowledged()
    {
        using var elsewhere = new TempDir();
        var acknowledged = new List<string>();
        await using (var disk = await SmallDisk.TryMountAsync(kibibytes: 2048))
        {
            Assert.SkipWhen(disk is null, "mounting a small tmpfs is not allowed here");
            await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = disk!.At("temporal.db")))
            {
                var error = await Assert.ThrowsAsync<GrpcException>(async () =>
                {
                    while (acknowledged.Count < 1_000)
                    {
                        await server.StartAsync($"run-{acknowledged.Count}", configure: r => r.Input = Commands.Json(new string('x', 20_000)));
                        acknowledged.Add($"run-{acknowledged.Count}");
                    }
                });

                Assert.Equal(GrpcStatusCode.Unavailable, error.Code);
                Assert.Contains("is full", error.Message, StringComparison.Ordinal);
            }

            foreach (var file in Directory.GetFiles(disk!.Root, "temporal.db*"))
            {
                File.Copy(file, elsewhere.At(Path.GetFileName(file)));
            }
        }

        Assert.NotEmpty(acknowledged);
        await using var again = await TestServer.StartAsync(o => o.DatabaseFile = elsewhere.At("temporal.db"));
        foreach (var id in acknowledged)
        {
            Assert.NotEmpty(await again.HistoryAsync(id));
        }
    }
}
