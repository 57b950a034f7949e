using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Privacy;
using Lakehouse.Raw;

namespace Lakehouse.Datasets;

/// <summary>
/// One attempt at making partitions of a dataset: read pinned tables or load landed files, transform, check, stage; <see cref="StagedPublish"/> then makes it visible. It has an
/// engine that reaches nothing but the tables given, and a staging folder that no other attempt shares, so it can be repeated at any point.
/// </summary>
public sealed partial class DatasetAttempt : IDisposable
{
    /// <summary>Table of the engine that holds the rows being made.</summary>
    public const string Made = "made";

    /// <summary>Table of the engine that holds the rows kept aside.</summary>
    private const string Quarantine = "quarantine";

    private readonly Lake _lake;
    private readonly DatasetTarget _target;
    private readonly AttemptOptions _options;
    private readonly EngineFiles _files;
    private readonly string _folder;
    private readonly List<Task> _storing = [];
    private string _rows = Made;
    private bool _isTransformed;
    private long _made;
    private long _rejects;

    private DatasetAttempt(Lake lake, DatasetTarget target, AttemptOptions options, EngineFiles files, DuckDbConnection connection)
    {
        _lake = lake;
        _target = target;
        _options = options;
        _files = files;
        _folder = $"{options.StagingFolder}{target.Dataset}-{Guid.NewGuid():N}/";
        Connection = connection;
    }

    /// <summary>The engine.</summary>
    public DuckDbConnection Connection { get; }

    /// <summary>Opens an attempt.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="engines">Where its engine comes from and goes back to.</param>
    /// <param name="target">What it makes.</param>
    /// <param name="options">Whose attempt it is, and its limits.</param>
    public static DatasetAttempt Open(Lake lake, DuckDbPool engines, DatasetTarget target, AttemptOptions options)
    {
        ArgumentNullException.ThrowIfNull(lake);
        ArgumentNullException.ThrowIfNull(engines);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        var files = lake.OpenFiles();
        try
        {
            var connection = engines.Rent(new DuckDbConfinement
            {
                Limits = options.EffectiveLimits,
                Folders = files.FoldersOf(options.Folders),
                SpillRoot = files.SpillRoot,
            });
            return new DatasetAttempt(lake, target, options, files, connection);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Loads a landed file as text rows, behind those of files before it.</summary>
    /// <param name="path">Its path in the lake.</param>
    /// <param name="arrivedAt">When it arrived.</param>
    /// <param name="sourceUri">Where it came from.</param>
    /// <param name="hash">SHA-256 of its bytes, lower-case hex.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    /// <returns>What it gave: records, rows and rejects, and the hash of what the file says.</returns>
    /// <exception cref="LakehouseException">The file cannot be read, see <see cref="BronzeLoader"/>; <c>store.missing</c>: it is not there.</exception>
    public async Task<BronzeLoadResult> LoadAsync(string path, DateTimeOffset arrivedAt, string sourceUri, string hash, CancellationToken cancellationToken = default)
    {
        await _files.FetchAsync([path], cancellationToken).ConfigureAwait(false);
        if (RawFormats.Of(_target.Contract) is not RawFormat.Parquet)
        {
            return Load(_files.PathOf(path), arrivedAt, sourceUri, hash, cancellationToken);
        }

        // This format is read by the engine itself, and what was landed is out of its reach.
        var copy = _files.PathOf($"{_folder}{hash}.raw");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        try
        {
            File.Copy(_files.PathOf(path), copy, overwrite: true);
            return Load(copy, arrivedAt, sourceUri, hash, cancellationToken);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Loads no file: the source has none for the partition, so there are no rows.</summary>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public void LoadNothing(CancellationToken cancellationToken = default) =>
        BronzeLoader.CreateTables(_target.Contract, [_target.PartitionColumn], Made, Quarantine, Connection, cancellationToken);

    private BronzeLoadResult Load(string file, DateTimeOffset arrivedAt, string sourceUri, string hash, CancellationToken cancellationToken)
    {
        var partition = _target.Partitions[0];
        var loaded = BronzeLoader.Load(
            File.OpenRead(file),
            new BronzeLoad
            {
                Table = _target.Contract,
                SourceUri = sourceUri,
                FileHash = hash,
                ArrivedAt = arrivedAt,
                Dataset = _target.Dataset,
                Partition = partition,
                RunId = _options.RunId,
                QuarantinedAt = _options.PlannedAt,
                TargetTable = Made,
                RejectsTable = Quarantine,
                Constants = new Dictionary<string, string?> { [_target.PartitionColumn] = partition },
            },
            Connection,
            cancellationToken);
        _rejects += loaded.Rejected;
        _made += loaded.Loaded;
        return loaded;
    }

    /// <summary>Makes rows by a SELECT over what was read, beside those of calls before it: one for each partition, each over what that partition reads.</summary>
    /// <param name="sql">One SELECT that <see cref="DuckDbSandbox.Admit"/> has let in.</param>
    /// <param name="parameters">Values of its named parameters.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    /// <exception cref="DuckDbException">The SELECT failed.</exception>
    public void Transform(string sql, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken = default)
    {
        _made += (long)Connection.Query($"{(_isTransformed ? $"INSERT INTO {Made}" : $"CREATE TABLE {Made} AS")}\n{sql}", parameters, cancellationToken).Rows[0][0]!;
        _isTransformed = true;
    }

    /// <summary>Personal values of transformed rows become what the contract says.</summary>
    private void HandlePersonalValues(CancellationToken cancellationToken)
    {
        if (_isTransformed && _rows == Made)
        {
            _rows = PrivacyPlan.Of(_target.Contract).Handle(Connection, Made, _options.Keys, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connection.Dispose();

        // An attempt that failed half way must not take files away under a store that still reads them.
        Task.WhenAll(_storing).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _files.Dispose();
    }
}
