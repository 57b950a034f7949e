using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables;

/// <summary>
/// Writes classic Delta checkpoints with the engine: one column of structures for each kind of action, of which each row fills one, with the fields and types
/// that Spark writes. The actions go through a local file of JSON lines, so that memory stays bounded however many there are.
/// </summary>
/// <param name="store">Where the checkpoints go.</param>
public sealed class CheckpointWriter(IObjectStore store) : ICheckpointWriter
{
    private const string Vector = "STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, \"offset\" INTEGER, sizeInBytes INTEGER, cardinality BIGINT, maxRowIndex BIGINT)";
    private const string Texts = "MAP(VARCHAR, VARCHAR)";

    /// <summary>Some of the lines are long: schemas and statistics of wide tables.</summary>
    private const int MostLineBytes = 256 << 20;

    /// <summary>Rows of a row group, which one thread reads: few enough for several threads, a multiple of the engine's 2,048.</summary>
    private const int LeastRows = 4096;
    private const int MostRows = 122_880;
    private const int Groups = 8;

    private static readonly (string Name, string Type)[] Columns =
    [
        ("txn", "STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)"),
        ("add", $"STRUCT(path VARCHAR, partitionValues {Texts}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, tags {Texts}, deletionVector {Vector}, baseRowId BIGINT, defaultRowCommitVersion BIGINT, clusteringProvider VARCHAR, stats VARCHAR)"),
        ("remove", $"STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues {Texts}, size BIGINT, deletionVector {Vector}, baseRowId BIGINT, defaultRowCommitVersion BIGINT)"),
        ("metaData", $"STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options {Texts}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration {Texts}, createdTime BIGINT)"),
        ("protocol", "STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])"),
        ("domainMetadata", "STRUCT(domain VARCHAR, configuration VARCHAR, removed BOOLEAN)"),
    ];

    /// <inheritdoc/>
    public async Task<long> WriteAsync(string path, IEnumerable<DeltaAction> actions, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;
        try
        {
            var (lines, file) = (Path.Combine(folder, "actions.json"), Path.Combine(folder, "checkpoint.parquet"));
            var rows = await WriteLinesAsync(lines, actions, cancellationToken).ConfigureAwait(false);
            await Task.Run(() => Convert(lines, file, Math.Clamp(rows / Groups / LeastRows * LeastRows, LeastRows, MostRows), cancellationToken), cancellationToken).ConfigureAwait(false);
            FailPoint.Hit("checkpoint.before-upload");
            await store.UploadAsync(path, file, cancellationToken).ConfigureAwait(false);
            return new FileInfo(file).Length;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> WriteLinesAsync(string file, IEnumerable<DeltaAction> actions, CancellationToken cancellationToken)
    {
        const int Batch = 1000;
        using var stream = File.Create(file);
        var count = 0L;
        foreach (var batch in actions.Chunk(Batch))
        {
            count += batch.Length;
            await stream.WriteAsync(DeltaJson.Write(batch), cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private static void Convert(string lines, string file, long rowsInGroup, CancellationToken cancellationToken)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { PreserveInsertionOrder = false });
        using var connection = database.Connect();
        var columns = string.Join(", ", Columns.Select(c => $"{SqlIdentifier.Quote(c.Name)}: {SqlIdentifier.Literal(c.Type)}"));
        connection.Execute(
            string.Create(CultureInfo.InvariantCulture, $"COPY (FROM read_json({SqlIdentifier.Literal(lines)}, format = 'newline_delimited', maximum_object_size = {MostLineBytes}, columns = {{{columns}}})) TO {SqlIdentifier.Literal(file)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {rowsInGroup})"),
            cancellationToken);
    }
}
