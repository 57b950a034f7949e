using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Orchestrator.Catalog.Local;

/// <summary>
/// A Postgres of the local stack: reachable by a socket in a private folder only, with a password that is made once. Its data survives
/// crashes of this process and of itself; starting it again recovers. A second process on the same folder joins the running server.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const int Port = 5432;

    /// <summary>Longest path of a socket that Linux takes, less the socket's own name.</summary>
    private const int LongestSocketFolder = 80;

    private readonly ServerProcess? _process;

    private LocalPostgres(string connectionString, ServerProcess? process) => (ConnectionString, _process) = (connectionString, process);

    /// <summary>How to connect, password included: never to be logged.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether this process started the server and stops it; false when it was running already.</summary>
    public bool IsOwner => _process is not null;

    /// <summary>Whether the server that this process started still runs; true for one that was joined.</summary>
    public bool IsRunning => _process is null || !_process.HasExited;

    /// <summary>Starts the server, or joins the one that runs on the folder.</summary>
    /// <exception cref="CatalogException">It does not start; the message carries the end of its log.</exception>
    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var binaries = options.Binaries is { } given ? PostgresBinaries.Check(given, "the setting") : PostgresBinaries.Find();
        var folder = Path.GetFullPath(options.Folder);
        var account = ServerAccount.Find(options.RunAs);
        if (account is not null)
        {
            binaries = await PostgresBinaries.ReachableAsync(binaries, cancellationToken).ConfigureAwait(false);
        }

        Directory.CreateDirectory(folder);
        var sockets = SocketFolder(folder, account);

        // One process at a time sets up and starts; the others wait and then join.
        using var turn = await LockAsync(Path.Combine(folder, "lock"), options.StartTimeout, cancellationToken).ConfigureAwait(false);
        await InitialiseAsync(folder, binaries, account, cancellationToken).ConfigureAwait(false);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = sockets,
            Port = Port,
            Username = "orchestrator",
            Password = await File.ReadAllTextAsync(PasswordFile(folder), cancellationToken).ConfigureAwait(false),
            Database = options.Database,
            IncludeErrorDetail = false,
            ApplicationName = "orchestrator",
        };
        if (await TryConnectAsync(connection, cancellationToken).ConfigureAwait(false) is null)
        {
            return new LocalPostgres(connection.ConnectionString, process: null);
        }

        // Connections to a server that is gone are of no use to the new one.
        using (var stale = new NpgsqlConnection(connection.ConnectionString))
        {
            NpgsqlConnection.ClearPool(stale);
        }

        var process = await StartAsync(folder, binaries, sockets, account, connection, options.StartTimeout, cancellationToken).ConfigureAwait(false);
        return new LocalPostgres(connection.ConnectionString, process);
    }

    /// <summary>Stops the server in order, if this process started it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<ServerProcess> StartAsync(string folder, string binaries, string sockets, ServerAccount? account, NpgsqlConnectionStringBuilder connection, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var log = Path.Combine(folder, "server.log");
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        if (!File.Exists(log))
        {
            // The server's log can hold statements with their values.
            await WritePrivateAsync(log, "", cancellationToken).ConfigureAwait(false);
        }

        string[] command =
        [
            Path.Combine(binaries, "bin", "postgres"), "-D", ServerProcess.FirstOpened,
            "-c", "listen_addresses=", "-c", $"unix_socket_directories={ServerProcess.SecondOpened}", "-c", $"port={Port}", "-c", "unix_socket_permissions=0700",
            "-c", "timezone=UTC", "-c", "shared_buffers=64MB", "-c", "max_wal_size=512MB", "-c", "max_connections=200", "-c", "log_timezone=UTC",
        ];
        while (true)
        {
            var process = ServerProcess.Start(log, [DataFolder(folder), sockets], command, account);
            try
            {
                while (!process.HasExited)
                {
                    if (await TryConnectAsync(connection, cancellationToken).ConfigureAwait(false) is not { } reason)
                    {
                        return process;
                    }

                    if (Environment.TickCount64 > deadline)
                    {
                        throw Refused(log, $"it did not answer within {timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s ({reason})");
                    }

                    await Task.Delay(20, cancellationToken).ConfigureAwait(false);
                }
            }
            catch
            {
                await process.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            // Right after a crash, processes of the old server may still hold its memory; they end by themselves.
            await process.DisposeAsync().ConfigureAwait(false);
            if (Environment.TickCount64 > deadline || !Tail(log).Contains("shared memory", StringComparison.Ordinal))
            {
                throw Refused(log, "it ended at once");
            }

            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the data folder beside its place and moves it there whole, so that a crash in between leaves nothing half made.</summary>
    private static async Task InitialiseAsync(string folder, string binaries, ServerAccount? account, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(DataFolder(folder), "PG_VERSION")))
        {
            return;
        }

        var made = DataFolder(folder) + ".new";
        if (Directory.Exists(made))
        {
            Directory.Delete(made, recursive: true);
        }

        Directory.CreateDirectory(made, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var secret = Path.Combine(made, "..", $"password.{Guid.NewGuid():N}");
        await WritePrivateAsync(PasswordFile(folder), password, cancellationToken).ConfigureAwait(false);
        await WritePrivateAsync(secret, password, cancellationToken).ConfigureAwait(false);
        try
        {
            account?.Own(made);
            account?.Own(secret);
            await ServerProcess.RunAsync(
                [Path.Combine(binaries, "bin", "initdb"), "-D", ServerProcess.FirstOpened, "--username=orchestrator", $"--pwfile={ServerProcess.SecondOpened}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-instructions"],
                account,
                [made, secret],
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(secret);
        }

        Directory.Move(made, DataFolder(folder));
    }

    /// <summary>Connects, making the database when it is not there; null when it worked, otherwise why not.</summary>
    private static async Task<string?> TryConnectAsync(NpgsqlConnectionStringBuilder wanted, CancellationToken cancellationToken)
    {
        var admin = new NpgsqlConnectionStringBuilder(wanted.ConnectionString) { Database = "postgres", Pooling = false, Timeout = 5 };
        try
        {
            var connection = new NpgsqlConnection(admin.ConnectionString);
            await using var closing = connection.ConfigureAwait(false);
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            using var find = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = wanted.Database! } } };
            if ((long)(await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! == 0)
            {
                using var create = new NpgsqlCommand($"CREATE DATABASE \"{wanted.Database!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
                await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new CatalogException($"The Postgres behind '{wanted.Host}' has another password than its folder says.\nHelp: another server uses the same socket; stop it or choose another folder.", inner: refused);
        }
        catch (NpgsqlException failure)
        {
            // Not there yet, starting up or recovering: the caller decides how long to wait.
            return failure.Message;
        }
    }

    private static string SocketFolder(string folder, ServerAccount? account)
    {
        var sockets = Path.Combine(folder, "run");
        if (sockets.Length > LongestSocketFolder)
        {
            sockets = Path.Combine(Path.GetTempPath(), "orchestrator-pg-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16]);
        }

        Directory.CreateDirectory(sockets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        account?.Own(sockets);
        return sockets;
    }

    private static async Task<FileStream> LockAsync(string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 < deadline)
            {
                // Another process is starting the server.
                await Task.Delay(50, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        var file = new StreamWriter(path, options);
        await using var closing = file.ConfigureAwait(false);
        await file.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    private static CatalogException Refused(string log, string why) => new($"The local Postgres does not start: {why}. The end of '{log}':\n{Tail(log)}");

    private static string Tail(string log) => File.Exists(log) ? string.Join("\n", File.ReadLines(log).TakeLast(12)) : "(there is no log)";

    private static string DataFolder(string folder) => Path.Combine(folder, "data");

    private static string PasswordFile(string folder) => Path.Combine(folder, "password");
}
