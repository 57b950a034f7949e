namespace Temporal.DevServer.Storage;

/// <summary>The tables, version by version: a new file runs through all of them, an older one through what it lacks.</summary>
internal static class SqliteSchema
{
    /// <summary>The newest version, which is also the number of <see cref="Steps"/>.</summary>
    public static long Version => Steps.Count;

    /// <summary>Marks our files among SQLite's: "orch".</summary>
    public const long ApplicationId = 0x6f726368;

    /// <summary>What each version adds to the one before it. A step that was released is never changed.</summary>
    public static IReadOnlyList<string> Steps { get; } = [Runs, Schedules, Batches, Deadlines, Resets];

    /// <summary>Version of a database that can be used; one without tables is new.</summary>
    /// <exception cref="InvalidOperationException">It is read-only, too new, or another program's.</exception>
    public static (long Version, bool IsNew) Identify(SqliteDatabase database, string? file)
    {
        if (file is not null && database.IsReadOnly)
        {
            throw new InvalidOperationException($"The database file '{file}' is read-only. Help: check its permissions, or name another file.");
        }

        var version = database.Scalar("PRAGMA user_version");
        var application = database.Scalar("PRAGMA application_id");
        var isNew = version == 0 && application == 0 && database.Scalar("SELECT count(*) FROM sqlite_master") == 0;
        if (!isNew && application != ApplicationId)
        {
            throw new InvalidOperationException($"The file '{file}' is a SQLite database of another program. Help: name another file.");
        }

        return version <= Version
            ? (version, isNew)
            : throw new InvalidOperationException(
                $"The database file '{file}' has schema version {version}; this server knows versions up to {Version}. Help: use the newer server that wrote it.");
    }

    /// <summary>Which run a reset began from another one.</summary>
    private const string Resets = """
        CREATE TABLE resets (run INTEGER PRIMARY KEY, reset_run_id TEXT NOT NULL);
        """;

    /// <summary>Lists are answered from memory: the file keeps the rows alone. Batch operations last.</summary>
    private const string Batches = """
        DROP TABLE search_attributes;
        DROP INDEX runs_by_time;
        DROP INDEX runs_by_status;
        DROP INDEX runs_by_type;
        CREATE TABLE batches (
            namespace_id TEXT NOT NULL,
            job_id TEXT NOT NULL,
            record BLOB NOT NULL,
            PRIMARY KEY (namespace_id, job_id)
        ) WITHOUT ROWID;
        """;

    private const string Schedules = """
        CREATE TABLE schedules (
            namespace_id TEXT NOT NULL,
            schedule_id TEXT NOT NULL,
            record BLOB NOT NULL,
            PRIMARY KEY (namespace_id, schedule_id)
        ) WITHOUT ROWID;
        """;

    private const string Runs = """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            namespace_id TEXT NOT NULL,
            workflow_id TEXT NOT NULL,
            run_id TEXT NOT NULL,
            workflow_type TEXT NOT NULL,
            task_queue TEXT NOT NULL,
            status INTEGER NOT NULL,
            start_time INTEGER NOT NULL,
            execution_time INTEGER NOT NULL,
            close_time INTEGER NOT NULL,
            history_length INTEGER NOT NULL,
            history_size INTEGER NOT NULL,
            transitions INTEGER NOT NULL,
            parent_namespace_id TEXT NOT NULL,
            parent_workflow_id TEXT,
            parent_run_id TEXT,
            root_workflow_id TEXT NOT NULL,
            root_run_id TEXT NOT NULL,
            first_run_id TEXT NOT NULL,
            memo BLOB NOT NULL,
            search_attributes BLOB NOT NULL,
            priority BLOB,
            start_request_id TEXT NOT NULL
        );
        CREATE INDEX runs_by_workflow ON runs (namespace_id, workflow_id, id);
        CREATE UNIQUE INDEX runs_by_run ON runs (run_id, namespace_id);
        CREATE INDEX runs_by_time ON runs (namespace_id, close_time, start_time, id);
        CREATE INDEX runs_by_status ON runs (namespace_id, status, close_time, start_time, id);
        CREATE INDEX runs_by_type ON runs (namespace_id, workflow_type, close_time, start_time, id);
        CREATE TABLE open_runs (run INTEGER PRIMARY KEY, record BLOB NOT NULL);
        CREATE TABLE history (
            run INTEGER NOT NULL,
            first_event INTEGER NOT NULL,
            events BLOB NOT NULL,
            PRIMARY KEY (run, first_event)
        ) WITHOUT ROWID;
        CREATE TABLE activities (
            run INTEGER NOT NULL,
            scheduled_event INTEGER NOT NULL,
            record BLOB NOT NULL,
            PRIMARY KEY (run, scheduled_event)
        ) WITHOUT ROWID;
        CREATE TABLE search_attributes (
            run INTEGER NOT NULL,
            name TEXT NOT NULL,
            value NOT NULL,
            PRIMARY KEY (run, name, value)
        ) WITHOUT ROWID;
        CREATE INDEX search_attributes_by_value ON search_attributes (name, value, run);
        CREATE TABLE outbox (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
        CREATE TABLE namespaces (id TEXT PRIMARY KEY, record BLOB NOT NULL);
        """;

    /// <summary>When an open run has to be looked at next, so that a start need not load the runs that only wait; and when closed ones closed.</summary>
    private const string Deadlines = """
        ALTER TABLE open_runs ADD COLUMN deadline INTEGER;
        ALTER TABLE open_runs ADD COLUMN waits_for_worker INTEGER NOT NULL DEFAULT 1;
        CREATE INDEX runs_by_close ON runs (namespace_id, close_time) WHERE status <> 1;
        """;
}
