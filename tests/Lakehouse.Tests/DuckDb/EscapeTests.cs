using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.DuckDb;

/// <summary>Attempts to reach a file, the network, a setting, the catalog or another table from a query: every one is refused.</summary>
public sealed class EscapeTests : IAsyncLifetime
{
    private readonly TempDir _dir = new();
    private Lake _lake = null!;

    /// <summary>Queries that the gate must refuse by itself. <c>{f}</c> is a readable file outside the inputs, <c>{d}</c> its folder.</summary>
    public static TheoryData<string> Queries { get; } =
    [
        "SELECT * FROM '{f}'", "SELECT * FROM \"{f}\"", "FROM '{d}/*.csv'", "FROM '{d}/../{f}'", "SELECT * FROM 'file://{f}'", "SELECT * FROM 's3://bucket/x.parquet'",
        "SELECT * FROM 'https://example.org/x.csv'", "SELECT * FROM '/proc/self/environ'", "SELECT * FROM '/dev/stdin'", "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('{f}')", "SELECT * FROM READ_CSV('{f}')", "SELECT * FROM \"read_csv\"('{f}')", "SELECT * FROM main.read_csv('{f}')",
        "SELECT * FROM system.main.read_csv('{f}')", "SELECT * FROM read_csv_auto('{f}')", "SELECT * FROM read_text('{f}')", "SELECT * FROM read_blob('{f}')",
        "SELECT * FROM read_json('{f}')", "SELECT * FROM read_json_auto('{f}')", "SELECT * FROM read_json_objects('{f}')", "SELECT * FROM read_ndjson('{f}')",
        "SELECT * FROM read_parquet('{f}')", "SELECT * FROM parquet_scan('{f}')", "SELECT * FROM parquet_metadata('{f}')", "SELECT * FROM parquet_schema('{f}')",
        "SELECT * FROM parquet_file_metadata('{f}')", "SELECT * FROM parquet_kv_metadata('{f}')", "SELECT * FROM parquet_full_metadata('{f}')",
        "SELECT * FROM parquet_bloom_probe('{f}', 'a', 1)", "SELECT * FROM sniff_csv('{f}')", "SELECT * FROM glob('{d}/*')", "SELECT * FROM read_duckdb('{f}')",
        "SELECT (SELECT content FROM read_text('{f}'))", "SELECT * FROM s.t WHERE EXISTS (FROM read_text('{f}'))", "WITH x AS (FROM read_text('{f}')) SELECT 1",
        "WITH x AS MATERIALIZED (FROM read_blob('{f}')) FROM x", "SELECT * FROM s.t, LATERAL (SELECT * FROM read_text('{f}'))",
        "SELECT 1 UNION ALL SELECT 2 FROM glob('{d}/*')", "SELECT 1 EXCEPT SELECT 2 FROM glob('*')", "SELECT 1 ORDER BY (SELECT count(*) FROM glob('*'))",
        "SELECT 1 LIMIT (SELECT count(*) FROM glob('*'))", "SELECT sum(1) OVER (ORDER BY (SELECT count(*) FROM glob('*')))", "SELECT [x FOR x IN (SELECT list(file) FROM glob('*'))]",
        "SELECT CASE WHEN true THEN (SELECT any_value(content) FROM read_text('{f}')) END", "SELECT * FROM (VALUES ((SELECT content FROM read_text('{f}'))))",
        "SELECT * FROM (PIVOT s.t ON id IN (1) USING count(*)), glob('*')", "DESCRIBE SELECT * FROM read_text('{f}')", "SUMMARIZE SELECT * FROM read_text('{f}')", "FROM (DESCRIBE FROM '{f}')",
        "SELECT * FROM query('SELECT 1')", "SELECT * FROM query_table('{f}')", "SELECT * FROM json_execute_serialized_sql('{}')", "PRAGMA json_execute_serialized_sql('{}')",
        "SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_secrets()", "SELECT * FROM duckdb_tables()", "SELECT * FROM duckdb_views()", "SELECT * FROM duckdb_logs()",
        "SELECT * FROM duckdb_temporary_files()", "SELECT * FROM duckdb_extensions()", "SELECT * FROM which_secret('s3://x', 's3')", "SELECT * FROM enable_profiling()",
        "SELECT * FROM enable_logging(storage = 'file')", "SELECT * FROM truncate_duckdb_logs()", "SELECT * FROM checkpoint()", "SELECT * FROM force_checkpoint()",
        "SELECT * FROM disable_optimizer()", "SELECT * FROM import_database('{d}')", "SELECT * FROM copy_database('a', 'b')", "SELECT * FROM add_parquet_key('k', '0123456789abcdef')",
        "SELECT * FROM pragma_version()", "SELECT * FROM pragma_platform()", "SELECT * FROM pragma_user_agent()", "SELECT * FROM pragma_database_size()", "SELECT * FROM pragma_table_info('s.t')",
        "SELECT * FROM seq_scan('t')", "SELECT * FROM arrow_scan(0, 0, 0)", "SELECT * FROM test_all_types()", "SELECT * FROM repeat_row(1, num_rows = 10)", "SELECT * FROM sql_auto_complete('sel')",
        "SELECT * FROM duckdb_settings", "SELECT * FROM information_schema.tables", "SELECT * FROM pg_catalog.pg_settings", "SELECT * FROM sqlite_master", "SELECT * FROM duckdb_views", "SELECT * FROM pragma_database_list",
        "SELECT * FROM other.table_x", "SELECT * FROM s.t AT (VERSION => 99)", "SELECT * FROM memory.s.t", "SELECT * FROM \"..\".\"..\"", "SELECT * FROM \"../../etc\".passwd", "SELECT * FROM \"/etc\".\"/passwd\"",
        "SELECT * FROM s.\"\"", "SELECT * FROM \"s/t\"", "SELECT * FROM s.\"t/_delta_log\"",
        "SELECT write_log('x')", "SELECT sleep_ms(100000)", "SELECT pg_sleep(100000)", "SELECT current_setting('temp_directory')", "SELECT main.current_setting('temp_directory')", "SELECT current_query()",
        "SELECT getenv('HOME')", "SELECT setseed(0.5)",
        "SELECT 1; SELECT 2", "SELECT 1; COPY s.t TO '{d}/out.csv'", "COPY (SELECT 1) TO '{d}/out.csv'", "COPY s.t FROM '{f}'", "ATTACH '{f}'", "ATTACH ':memory:' AS m", "DETACH memory", "USE memory",
        "INSTALL httpfs", "LOAD httpfs", "LOAD '{f}'", "FORCE INSTALL httpfs", "SET temp_directory = '{d}'", "SET enable_external_access = true", "RESET enable_external_access", "SET lock_configuration = false",
        "PRAGMA enable_profiling", "PRAGMA database_list", "PRAGMA threads = 100", "CREATE TABLE x AS SELECT 1", "CREATE TEMP VIEW x AS FROM read_text('{f}')", "CREATE MACRO m() AS TABLE FROM read_text('{f}')",
        "CREATE SECRET x (TYPE s3)", "INSERT INTO s.t VALUES (1)", "UPDATE s.t SET id = 1", "DELETE FROM s.t", "DROP VIEW s.t", "ALTER TABLE s.t RENAME TO u", "EXPORT DATABASE '{d}/e'", "IMPORT DATABASE '{d}'",
        "CALL checkpoint()", "CHECKPOINT", "VACUUM", "ANALYZE", "EXPLAIN ANALYZE SELECT * FROM read_text('{f}')", "BEGIN", "PREPARE p AS FROM read_text('{f}')", "EXECUTE p", "MERGE INTO s.t USING s.t u ON true WHEN MATCHED THEN DELETE",
        "SHOW TABLES", "SHOW ALL TABLES", "SHOW DATABASES", "SHOW VARIABLES", "DESCRIBE", "FROM (SHOW TABLES)", "SELECT (SELECT count(*) FROM (SHOW ALL TABLES))", "WITH x AS (FROM (SHOW DATABASES)) FROM x",
        "FROM (DESCRIBE '{f}')", "FROM (SUMMARIZE '{f}')", "FROM (SUMMARIZE other.x)", "FROM (UNPIVOT read_csv('{f}') ON a)", "FROM s.t POSITIONAL JOIN read_text('{f}')", "FROM s.t SEMI JOIN glob('*') ON true",
        "FROM s.t ASOF JOIN glob('*') g ON id >= g.file", "SELECT id FROM s.t QUALIFY (SELECT 1 FROM glob('*')) = 1", "FROM s.t SELECT COLUMNS(lambda c: c LIKE (SELECT any_value(content) FROM read_text('{f}')))",
        "SELECT * REPLACE ((SELECT 1 FROM glob('*')) AS id) FROM s.t", "SELECT sum(id ORDER BY (SELECT 1 FROM glob('*'))) FROM s.t", "SELECT count(*) FILTER (WHERE EXISTS (FROM glob('*'))) FROM s.t",
        "SELECT DISTINCT ON ((SELECT 1 FROM glob('*'))) id FROM s.t", "SELECT 1 GROUP BY CUBE((SELECT 1 FROM glob('*')))", "SELECT list_transform([1], lambda x: (SELECT count(*) FROM glob('*')))", "SELECT {'a': (SELECT 1 FROM glob('*'))}",
        "SELECT MAP {(SELECT 1 FROM glob('*')): 1}", "SELECT ARRAY(FROM glob('*'))", "SELECT unnest(glob('*'))", "SELECT read_text('{f}')", "SELECT try(read_text('{f}'))", "SELECT s.read_text('{f}')", "SELECT id.read_text() FROM s.t",
        "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL FROM read_text('{f}')) FROM r", "WITH read_text AS (SELECT 1) FROM read_text('{f}')", "WITH x AS (FROM other.y) SELECT (WITH other AS (SELECT 1) SELECT 1) FROM x",
        "WITH x AS (FROM y), y AS (SELECT 1) FROM x", "WITH x AS (FROM x) FROM x", "FROM (WITH y AS (SELECT 1) FROM y), y", "WITH x AS (COPY s.t TO '{d}/out.csv') FROM x", "WITH x AS (INSERT INTO s.t VALUES (1) RETURNING *) FROM x",
        "SELECT pg_get_viewdef(1)", "SELECT pg_catalog.pg_get_viewdef(1)", "SELECT pg_get_constraintdef(1)", "SELECT format_type(1, 1)", "SELECT get_block_size('memory')", "SELECT json_serialize_plan('FROM read_csv(''{f}'')')",
        "SELECT nextval('s')", "SELECT currval('s')", "SELECT getvariable('x')", "SELECT txid_current()", "SELECT current_schemas(true)", "SELECT current_database()", "SELECT version()", "SELECT stats(id) FROM s.t",
        "SELECT __internal_decompress_string(1)", "SELECT 's.t'::regclass", "SELECT 1::\"{f}\"", "SELECT repeat('x', 4000000000)", "SELECT length(repeat('x', 4000 * 1000000))", "SELECT repeat('x', CAST('4e9' AS BIGINT))", "SELECT lpad('x', 2000000000, 'y')",
        "SELECT range(1000000000)", "SELECT list_resize([1], 2 ** 31)", "SELECT * FROM duckdb_profiling_settings()", "SELECT * FROM duckdb_logs_parsed('x')", "SELECT * FROM histogram_values('s.t', id)", "SELECT * FROM summary((FROM s.t))",
        "SELECT * FROM duckdb_external_file_cache()", "SELECT * FROM duckdb_prepared_statements()", "SELECT * FROM arrow_scan_dumb(1, 2, 3)", "SELECT * FROM pragma_show('s.t')", "SELECT * FROM duckdb_variables()",
        "SET VARIABLE x = 1", "CREATE SEQUENCE s1", "CREATE TYPE x AS ENUM (FROM glob('*'))", "COMMENT ON TABLE s.t IS 'x'", "SELECT 1 /* ; */; -- ;\nCOPY s.t TO '{d}/out.csv'", "SELECT 1 INTO OUTFILE '{d}/x'", "LOAD VERIFY", "UPDATE EXTENSIONS",
        "COPY (FROM read_text('{f}')) TO '/dev/stdout'", "DEALLOCATE ALL", "TRUNCATE s.t", "PRAGMA import_database('{d}')", "PRAGMA copy_database('a', 'b')", "PRAGMA show_tables", "PIVOT '{f}' ON a", "SELECT $1", "SELECT ?",
        "", ";", "-- nothing", "SELECT 1) TO '{d}/out.csv' (FORMAT csv); --",
    ];

    /// <summary>What a locked instance must refuse even when no gate stood before it. Not <c>PRAGMA enable_profiling</c>, which only the gate keeps out.</summary>
    public static TheoryData<string> Statements { get; } =
    [
        "FROM '{f}'", "FROM read_csv('{f}')", "FROM read_text('{f}')", "FROM read_blob('{f}')", "FROM read_json('{f}')", "FROM read_parquet('{f}')", "FROM parquet_metadata('{f}')", "FROM sniff_csv('{f}')",
        "FROM read_text('/proc/self/environ')", "FROM read_text('{d}/link')", "FROM read_text('{d}/in/../secret.csv')", "FROM read_text('file://{f}')", "FROM read_csv('https://example.org/x.csv')",
        "FROM query('FROM read_text(''{f}'')')", "COPY (SELECT 1) TO '{d}/out.csv'", "COPY (SELECT 1) TO '{d}/out.parquet' (FORMAT parquet)", "ATTACH '{d}/x.db'", "ATTACH '{f}' AS y (READ_ONLY)",
        "EXPORT DATABASE '{d}/e'", "IMPORT DATABASE '{d}'", "INSTALL httpfs", "LOAD httpfs", "LOAD '{f}'", "SET enable_external_access = true", "SET lock_configuration = false", "RESET lock_configuration",
        "SET allowed_paths = ['{f}']", "SET allowed_directories = ['/']", "SET temp_directory = '/'", "SET memory_limit = '100GB'", "SET threads = 64", "PRAGMA memory_limit = '100GB'", "PRAGMA threads = 64",
        "SET autoinstall_known_extensions = true", "SET extension_directory = '{d}'", "SET home_directory = '{d}'", "SET custom_extension_repository = 'http://example.org'", "SET log_query_path = '{d}/log'",
        "SET profiling_output = '{d}/p'", "CREATE PERSISTENT SECRET x (TYPE s3)", "SET secret_directory = '{d}'", "CREATE MACRO m() AS TABLE FROM read_text('{f}'); FROM m()",
        "CREATE VIEW v AS FROM read_text('{f}'); FROM v", "PREPARE p AS FROM read_text('{f}'); EXECUTE p",
    ];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_dir.At("in"));
        await File.WriteAllTextAsync(_dir.At("secret.csv"), "a,b\n1,2\n");
        File.CreateSymbolicLink(_dir.At("link"), _dir.At("secret.csv"));
        _lake = new Lake(_dir.At("lake"));
        await _lake.Table("s.t").CreateIfAbsentAsync(new MetadataAction { Id = "1", SchemaString = DeltaTypes.ToDeltaSchema([new TableColumn("id", "INTEGER")]), PartitionColumns = [] });
    }

    public ValueTask DisposeAsync()
    {
        _dir.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Query_ThatReachesOut_IsRefused(string sql)
    {
        await Assert.ThrowsAnyAsync<LakehouseException>(() => _lake.QueryAsync(Fill(sql)));
        AssertNothingWritten();
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public void Execute_InALockedInstance_IsRefused(string sql)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { TempDirectory = _dir.At("in", "spill") });
        using var connection = database.Connect();
        DuckDbSandbox.Lock(connection, [_dir.At("in", "some.parquet")], []);

        Assert.Throws<DuckDbException>(() => connection.Execute(Fill(sql)));
        AssertNothingWritten();
    }

    [Theory]
    [InlineData("SELECT * FROM s.t")]
    [InlineData("SELECT t.id FROM s.t AS t AT (VERSION => 0)")]
    [InlineData("WITH a AS (FROM s.t) SELECT count(*), now(), sum(x) FROM a, range(3) r(x), unnest([1, 2]) u(y) WHERE 'read_text(''x'')' <> 'FROM ''/etc/passwd''' -- read_csv('x')")]
    [InlineData("SELECT * FROM json_each('{\"a\": 1}')")]
    public async Task Query_OfInputs_Runs(string sql) => Assert.NotNull(await _lake.QueryAsync(sql));

    [Fact]
    public void Judge_EveryFunctionOfTheEngine_IsJudged()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        string[] harmless =
        [
            "current_date", "current_localtime", "current_localtimestamp", "error", "gen_random_uuid", "get_current_time", "get_current_timestamp", "now", "random",
            "today", "transaction_timestamp", "uuid", "uuidv4", "uuidv7",
        ];
        var suspects = connection.Query(
            """
            SELECT DISTINCT function_name FROM duckdb_functions()
            WHERE (function_type IN ('scalar', 'aggregate') AND stability <> 'CONSISTENT')
               OR (function_type = 'macro' AND regexp_matches(macro_definition, 'duckdb_|pragma_|current_(setting|query|database|schema)|sleep|getvariable'))
               OR starts_with(function_name, '__internal_') AND function_type = 'scalar'
            """).Rows.Select(r => (string)r[0]!).Except(harmless).Order(StringComparer.Ordinal).ToList();

        Assert.True(suspects.Count > 20);
        Assert.Equal([], suspects.Where(s => DuckDbSandbox.Judge(SqlParser.Parse($"SELECT {SqlIdentifier.Quote(s)}()")).Count == 0));

        var tableFunctions = connection.Query("SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro')").Rows.Select(r => (string)r[0]!);
        Assert.Equal(
            DuckDbSandbox.TableFunctions.Order(StringComparer.Ordinal),
            tableFunctions.Where(f => DuckDbSandbox.Judge(SqlParser.Parse($"FROM {SqlIdentifier.Quote(f)}()")).Count == 0).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Judge_AQueryWithManyFaults_NamesThemAll() => Assert.Equal(
        ["query.function read_text 5", "query.function version 41", "query.size repeat 52", "query.table other.t 26"],
        DuckDbSandbox.Judge(SqlParser.Parse("FROM read_text('x') AS r, other.t SELECT version(), repeat('x', 99999999)"), _ => false)
            .Select(r => $"{r.Code} {r.Reference.Name} {r.Reference.Position}"));

    [Fact]
    public void Lock_ThenSort_StillSpills()
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { TempDirectory = _dir.At("in", "spill"), MemoryLimitBytes = 64 << 20, Threads = 1 });
        using var connection = database.Connect();
        DuckDbSandbox.Lock(connection, [], []);

        Assert.Equal(3_000_000L, connection.Scalar<long>("SELECT count(*) FROM (SELECT i, row_number() OVER (ORDER BY hash(i)) FROM (SELECT i, repeat('x', 20) AS s FROM range(3000000) t(i) ORDER BY hash(i)))"));
    }

    private string Fill(string sql) => sql.Replace("{f}", _dir.At("secret.csv"), StringComparison.Ordinal).Replace("{d}", _dir.Root, StringComparison.Ordinal);

    private void AssertNothingWritten() =>
        Assert.Equal(["in", "lake", "link", "secret.csv"], Directory.EnumerateFileSystemEntries(_dir.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
