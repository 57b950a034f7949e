using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SQLitePCL;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.Storage;

/// <summary>
/// SQLite behind one writer: whatever was queued while a transaction was on its way to disk shares the next one, so the cost of a flush
/// is divided by the load.
/// </summary>
internal sealed partial class SqliteStore : IRunStore
{
    private const int LargestBatch = 512;
    private const string DiskFull = "the disk of the server's database is full; make room and start the server again";
    private const string LockMark = ".lock";
    private const string StorageFailed = "the server's storage failed; see its log";

    private readonly SqliteDatabase _writer;
    private readonly SqliteDatabase _reader;
    private readonly Lock _writerGate = new();
    private readonly Lock _readerGate;
    private readonly FileStream? _fileLock;
    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly Task _writing;
    private readonly ILogger _logger;
    private volatile Exception? _broken;
    private long _nextId;

    /// <summary>Opens the file, or a store in memory.</summary>
    /// <exception cref="InvalidOperationException">The file is in use, too new, damaged or not ours.</exception>
    public SqliteStore(string? file, ILogger logger)
    {
        _logger = logger;
        _fileLock = file is null ? null : Take(file);
        try
        {
            _writer = new SqliteDatabase(file ?? ":memory:", readOnly: false);
            Prepare(file);
            // A store in memory is one connection; a file is read beside the writer.
            (_reader, _readerGate) = file is null ? (_writer, _writerGate) : (new SqliteDatabase(file, readOnly: true), new Lock());
            _nextId = Math.Max(_writer.Scalar("SELECT coalesce(max(id), 0) FROM runs"), _writer.Scalar("SELECT coalesce(max(id), 0) FROM outbox"));
        }
        catch (SqliteException e)
        {
            _writer?.Dispose();
            _fileLock?.Dispose();
            throw new InvalidOperationException($"The database file '{file}' cannot be used: {e.Message} Help: restore it, or move it away and start with an empty one; what no longer goes on then is started anew.", e);
        }
        catch
        {
            _writer?.Dispose();
            _fileLock?.Dispose();
            throw;
        }

        _writing = Task.Run(WriteLoopAsync);
    }

    public Action<StoreCommit>? Durable { private get; set; }

    public Action<int>? Written { private get; set; }

    public bool IsHealthy => _broken is null;

    public long NextId() => Interlocked.Increment(ref _nextId);

    public Task CommitAsync(StoreCommit commit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_broken is not null || !_queue.Writer.TryWrite(new Pending(commit, done)))
        {
            throw ServiceErrors.Unavailable(_broken is null ? "the server is shutting down" : Reason(_broken));
        }

        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete())
        {
            return;
        }

        await _writing.ConfigureAwait(false);
        if (!ReferenceEquals(_reader, _writer))
        {
            _reader.Dispose();
        }

        _writer.Dispose();
        if (_fileLock is not null)
        {
            await _fileLock.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether a server that lives has the file.</summary>
    internal static bool IsTaken(string file)
    {
        try
        {
            new FileStream(file + LockMark, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            // The system gives the lock back with the process that had it, however that ended.
            return true;
        }
    }

    private static FileStream Take(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return new FileStream(file + LockMark, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"The database file '{file}' is in use by another server, or its folder cannot be written: {e.Message} Help: wait until that one has ended, stop it, or name another file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidOperationException($"The database file '{file}' cannot be written: {e.Message} Help: check the folder's permissions.", e);
        }
    }

    private void Prepare(string? file)
    {
        var (version, isNew) = SqliteSchema.Identify(_writer, file);
        if (isNew)
        {
            _writer.Execute("PRAGMA auto_vacuum=INCREMENTAL"); // before the first table: what retention frees goes back to the disk
        }

        if (file is not null)
        {
            _writer.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536;");
        }

        for (var step = version; step < SqliteSchema.Version; step++)
        {
            _writer.Execute(
                $"BEGIN; {SqliteSchema.Steps[(int)step]} PRAGMA user_version={step + 1}; PRAGMA application_id={SqliteSchema.ApplicationId}; COMMIT;");
        }
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<Pending>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
            }

            Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<Pending> batch)
    {
        try
        {
            if (_broken is not null)
            {
                throw new InvalidOperationException("An earlier write failed.", _broken);
            }

            lock (_writerGate)
            {
                _writer.Prepare("BEGIN IMMEDIATE").Run();
                try
                {
                    foreach (var pending in batch)
                    {
                        Write(pending.Commit);
                    }

                    _writer.Prepare("COMMIT").Run();
                    if (batch.Exists(p => p.Commit.DeletedRuns.Count > 0))
                    {
                        ReturnFreePages();
                    }
                }
                catch
                {
                    Rollback();
                    throw;
                }
            }

            Written?.Invoke(batch.Count);
            foreach (var pending in batch)
            {
                Durable?.Invoke(pending.Commit);
                pending.Done.SetResult();
            }
        }
        catch (Exception e)
        {
            // What is in memory is ahead of the disk now: nothing more may be acknowledged.
            if (_broken is null)
            {
                LogBroken(e);
                _broken = e;
            }

            foreach (var pending in batch)
            {
                pending.Done.SetException(ServiceErrors.Unavailable(Reason(_broken)));
            }
        }
    }

    private static string Reason(Exception broken) => broken is SqliteException { Code: raw.SQLITE_FULL } ? DiskFull : StorageFailed;

    /// <summary>Pages that deletions freed leave the file, a bounded number at a time.</summary>
    private void ReturnFreePages()
    {
        var statement = _writer.Prepare("PRAGMA incremental_vacuum(2000)");
        while (statement.Step())
        {
            // Each step gives one page back.
        }

        statement.Reset();
    }

    private void Rollback()
    {
        try
        {
            _writer.Execute("ROLLBACK");
        }
        catch (SqliteException e)
        {
            LogRollbackFailed(e); // SQLite has rolled back by itself
        }
    }

    private void Write(StoreCommit commit)
    {
        foreach (var run in commit.Runs)
        {
            Write(run);
        }

        foreach (var message in commit.OutboxAdded)
        {
            _writer.Prepare("INSERT INTO outbox (id, record) VALUES (?1, ?2)").Bind(1, message.Id).Bind(2, Bytes(message)).Run();
        }

        if (commit.OutboxRemoved != 0)
        {
            _writer.Prepare("DELETE FROM outbox WHERE id = ?1").Bind(1, commit.OutboxRemoved).Run();
        }

        if (commit.Namespace is { } ns)
        {
            _writer.Prepare("INSERT INTO namespaces (id, record) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET record = excluded.record")
                .Bind(1, ns.Info.Id).Bind(2, Bytes(ns)).Run();
        }

        if (commit.ResetRun is { } reset)
        {
            _writer.Prepare("INSERT INTO resets (run, reset_run_id) VALUES (?1, ?2) ON CONFLICT (run) DO UPDATE SET reset_run_id = excluded.reset_run_id")
                .Bind(1, reset.StoreId).Bind(2, reset.RunId).Run();
        }

        if (commit.DeletedNamespace is { } gone)
        {
            _writer.Prepare("DELETE FROM namespaces WHERE id = ?1").Bind(1, gone).Run();
            _writer.Prepare("DELETE FROM schedules WHERE namespace_id = ?1").Bind(1, gone).Run();
            _writer.Prepare("DELETE FROM batches WHERE namespace_id = ?1").Bind(1, gone).Run();
        }

        if (commit.Schedule is { } schedule)
        {
            WriteSchedule(schedule);
        }

        foreach (var run in commit.DeletedRuns)
        {
            foreach (var (table, key) in new[] { ("runs", "id"), ("open_runs", "run"), ("history", "run"), ("activities", "run"), ("resets", "run") })
            {
                _writer.Prepare($"DELETE FROM {table} WHERE {key} = ?1").Bind(1, run.StoreId).Run();
            }
        }

        foreach (var batch in commit.Batches)
        {
            WriteBatch(batch);
        }

        foreach (var batch in commit.DeletedBatches)
        {
            DeleteBatch(batch);
        }
    }

    private void Write(RunWrite run)
    {
        if (run.Row is { } row)
        {
            WriteRow(run.StoreId, row, run.IsNew);
        }

        foreach (var batch in run.Batches)
        {
            var events = new HistoryMessage { Events = { batch } };
            _writer.Prepare("INSERT INTO history (run, first_event, events) VALUES (?1, ?2, ?3)")
                .Bind(1, run.StoreId).Bind(2, batch[0].EventId).Bind(3, Bytes(events)).Run();
        }

        foreach (var (scheduledEventId, record) in run.Activities)
        {
            if (record is null)
            {
                _writer.Prepare("DELETE FROM activities WHERE run = ?1 AND scheduled_event = ?2").Bind(1, run.StoreId).Bind(2, scheduledEventId).Run();
            }
            else
            {
                _writer.Prepare("INSERT INTO activities (run, scheduled_event, record) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET record = excluded.record")
                    .Bind(1, run.StoreId).Bind(2, scheduledEventId).Bind(3, Bytes(record)).Run();
            }
        }

        if (run.Record is { } state)
        {
            _writer.Prepare(
                    "INSERT INTO open_runs (run, record, deadline, waits_for_worker) VALUES (?1, ?2, ?3, ?4) " +
                    "ON CONFLICT (run) DO UPDATE SET record = excluded.record, deadline = excluded.deadline, waits_for_worker = excluded.waits_for_worker")
                .Bind(1, run.StoreId).Bind(2, Bytes(state)).Bind(3, run.Deadline?.Ticks).Bind(4, run.WaitsForWorker ? 1L : 0L).Run();
        }
        else
        {
            _writer.Prepare("DELETE FROM open_runs WHERE run = ?1").Bind(1, run.StoreId).Run();
        }
    }

    private static ReadOnlySpan<byte> Bytes(Google.Protobuf.IMessage message) => Google.Protobuf.MessageExtensions.ToByteArray(message);

    [LoggerMessage(100, LogLevel.Critical, "The database takes no more writes; the server answers every change with UNAVAILABLE until it is started again")]
    private partial void LogBroken(Exception e);

    [LoggerMessage(101, LogLevel.Debug, "Rolling back after a failed write was refused")]
    private partial void LogRollbackFailed(Exception e);

    private readonly record struct Pending(StoreCommit Commit, TaskCompletionSource Done);
}
