using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.Storage;

/// <summary>
/// SQLite behind one writer thread: whatever was queued while a transaction was on its way to disk shares the next one, so the cost of
/// a flush is divided by the load.
/// </summary>
internal sealed partial class SqliteStore : IRunStore
{
    private const int LargestBatch = 512;

    private readonly SqliteDatabase _writer;
    private readonly SqliteDatabase _reader;
    private readonly Lock _writerGate = new();
    private readonly Lock _readerGate;
    private readonly FileStream? _fileLock;
    private readonly object _queueGate = new();
    private readonly Thread _thread;
    private readonly ILogger _logger;
    private List<Pending> _queue = [];
    private Exception? _broken;
    private bool _stopping;
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
            throw new InvalidOperationException($"The database file '{file}' cannot be used: {e.Message} Help: name another file, or restore this one.", e);
        }
        catch
        {
            _writer?.Dispose();
            _fileLock?.Dispose();
            throw;
        }

        _thread = new Thread(WriteLoop) { IsBackground = true, Name = "temporal-store" };
        _thread.Start();
    }

    public Action<StoreCommit>? Durable { private get; set; }

    public long NextId() => Interlocked.Increment(ref _nextId);

    public Task CommitAsync(StoreCommit commit)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_queueGate)
        {
            if (_broken is not null || _stopping)
            {
                throw ServiceErrors.Unavailable(_broken is null ? "the server is shutting down" : "the server's storage failed; see its log");
            }

            _queue.Add(new Pending(commit, done));
            if (_queue.Count == 1)
            {
                Monitor.Pulse(_queueGate);
            }
        }

        return done.Task;
    }

    public ValueTask DisposeAsync()
    {
        lock (_queueGate)
        {
            if (_stopping)
            {
                return ValueTask.CompletedTask;
            }

            _stopping = true;
            Monitor.Pulse(_queueGate);
        }

        _thread.Join();
        if (!ReferenceEquals(_reader, _writer))
        {
            _reader.Dispose();
        }

        _writer.Dispose();
        _fileLock?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static FileStream Take(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"The database file '{file}' is in use by another server, or its folder cannot be written: {e.Message} Help: stop the other server or name another file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidOperationException($"The database file '{file}' cannot be written: {e.Message} Help: check the folder's permissions.", e);
        }
    }

    private void Prepare(string? file)
    {
        if (file is not null)
        {
            _writer.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536;");
        }

        var version = _writer.Scalar("PRAGMA user_version");
        var application = _writer.Scalar("PRAGMA application_id");
        if (version > SqliteSchema.Version)
        {
            throw new InvalidOperationException(
                $"The database file '{file}' has schema version {version}; this server knows versions up to {SqliteSchema.Version}. Help: use the newer server that wrote it.");
        }

        var isNew = version == 0 && application == 0 && _writer.Scalar("SELECT count(*) FROM sqlite_master") == 0;
        if (!isNew && application != SqliteSchema.ApplicationId)
        {
            throw new InvalidOperationException($"The file '{file}' is a SQLite database of another program. Help: name another file.");
        }

        if (version < SqliteSchema.Version)
        {
            _writer.Execute(
                $"BEGIN; {string.Concat(SqliteSchema.Steps.Skip((int)version))} PRAGMA user_version={SqliteSchema.Version}; PRAGMA application_id={SqliteSchema.ApplicationId}; COMMIT;");
        }
    }

    private void WriteLoop()
    {
        var batch = new List<Pending>();
        while (true)
        {
            lock (_queueGate)
            {
                while (_queue.Count == 0 && !_stopping)
                {
                    Monitor.Wait(_queueGate);
                }

                if (_queue.Count == 0)
                {
                    return;
                }

                (batch, _queue) = (_queue, batch);
            }

            for (var from = 0; from < batch.Count; from += LargestBatch)
            {
                Write(batch.GetRange(from, Math.Min(LargestBatch, batch.Count - from)));
            }

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
                }
                catch
                {
                    Rollback();
                    throw;
                }
            }

            foreach (var pending in batch)
            {
                Durable?.Invoke(pending.Commit);
                pending.Done.SetResult();
            }
        }
        catch (Exception e)
        {
            // What is in memory is ahead of the disk now: nothing more may be acknowledged.
            lock (_queueGate)
            {
                if (_broken is null)
                {
                    LogBroken(e);
                }

                _broken ??= e;
            }

            foreach (var pending in batch)
            {
                pending.Done.SetException(ServiceErrors.Unavailable("the server's storage failed; see its log"));
            }
        }
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

        if (commit.Schedule is { } schedule)
        {
            WriteSchedule(schedule);
        }

        foreach (var run in commit.DeletedRuns)
        {
            foreach (var (table, key) in new[] { ("runs", "id"), ("open_runs", "run"), ("history", "run"), ("activities", "run") })
            {
                _writer.Prepare($"DELETE FROM {table} WHERE {key} = ?1").Bind(1, run.StoreId).Run();
            }
        }

        foreach (var batch in commit.Batches)
        {
            WriteBatch(batch);
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
            _writer.Prepare("INSERT INTO open_runs (run, record) VALUES (?1, ?2) ON CONFLICT (run) DO UPDATE SET record = excluded.record")
                .Bind(1, run.StoreId).Bind(2, Bytes(state)).Run();
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
