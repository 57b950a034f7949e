using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.Delta.Schema;

namespace Lakehouse.Tables;

/// <summary>
/// Gathers the files that tell what commits changed (Delta protocol, "Add CDC File"). What is the same for all rows of a file, the commit and mostly the kind of
/// change, is given to it like a partition value.
/// </summary>
internal sealed class ChangedFiles(DeltaTable table, DeltaSnapshot last)
{
    private static readonly TableColumn Type = new("_change_type", "VARCHAR");

    private static readonly TableColumn[] Commit = [new("_commit_version", "BIGINT"), new("_commit_timestamp", "TIMESTAMP WITH TIME ZONE")];

    private readonly PinnedRelation _shape = PinnedRelation.Of("changes", last, table.Path, []);
    private readonly List<Change> _files = [];
    private readonly List<Change> _feed = [];
    private readonly List<TableChanges.Part> _differences = [];

    public IReadOnlyList<TableColumn> Columns => [.. _shape.Columns, Type, .. Commit];

    /// <summary>Takes the files of a commit.</summary>
    public async Task AddAsync(DeltaCommit commit, DateTimeOffset time, CancellationToken cancellationToken)
    {
        Change Of(AddFile file, string? type) => new(file, type, commit.Version, time);
        var told = commit.Actions.OfType<CdcFile>().Select(c => new AddFile { Path = c.Path, PartitionValues = c.PartitionValues, Size = c.Size, ModificationTime = 0 }).ToArray();
        if (told.Length > 0)
        {
            _feed.AddRange(told.Select(f => Of(f, null)));
            return;
        }

        var adds = commit.Actions.OfType<AddFile>().Where(a => a.DataChange).ToDictionary(a => a.Path, StringComparer.Ordinal);
        foreach (var remove in commit.Actions.OfType<RemoveFile>().Where(r => r.DataChange))
        {
            var removed = new AddFile { Path = remove.Path, PartitionValues = await ValuesOfAsync(remove, commit.Version, cancellationToken).ConfigureAwait(false), Size = 0, ModificationTime = 0, DeletionVector = remove.DeletionVector };
            if (adds.Remove(remove.Path, out var added))
            {
                // The same file with other rows hidden: only those have changed.
                _differences.Add(new TableChanges.Part(Relation([Of(removed, "delete")]), Relation([Of(added, "delete")])));
                _differences.Add(new TableChanges.Part(Relation([Of(added, "insert")]), Relation([Of(removed, "insert")])));
            }
            else
            {
                _files.Add(Of(removed, "delete"));
            }
        }

        _files.AddRange(adds.Values.Select(a => Of(a, "insert")));
    }

    /// <summary>What was gathered; at least one part, which may be empty.</summary>
    public IReadOnlyList<TableChanges.Part> Parts() =>
        [new(Relation(_files), null), .. _feed.Count > 0 ? [new TableChanges.Part(Relation(_feed), null)] : Array.Empty<TableChanges.Part>(), .. _differences];

    /// <summary>Files of one kind: all have the type of change in common for each, or all hold it in their rows.</summary>
    private PinnedRelation Relation(IReadOnlyList<Change> files)
    {
        var isFeed = files is [{ Type: null }, ..];
        var pinned = PinnedRelation.Of(_shape.Dataset, last, table.Path, files.Select(f => f.File)).Files;
        string[] partitions = [.. _shape.PartitionColumns, .. isFeed ? Array.Empty<string>() : [Type.Name], .. Commit.Select(c => c.Name)];
        return _shape with
        {
            Columns = Columns,
            Schema = new DeltaStruct([.. _shape.Schema!.Fields, new DeltaField(Type.Name, new DeltaPrimitive("string"), true)]),

            // The type of change has no id in the files of the feed, but all columns have their names there.
            Mapping = isFeed && _shape.Mapping == ColumnMapping.Id ? ColumnMapping.Name : _shape.Mapping,
            PartitionColumn = partitions[0],
            PartitionColumns = partitions,
            Files = [.. pinned.Zip(files, (p, f) => p with { PartitionValues = [.. OwnValues(p), .. f.Type is { } type ? [type] : Array.Empty<string>(), f.Version.ToString(CultureInfo.InvariantCulture), f.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)] })],
        };
    }

    private IEnumerable<string?> OwnValues(PinnedFile file) => _shape.PartitionColumns.Select((_, i) => file.ValueOf(i));

    /// <summary>Partition values of a removed file; a writer may leave them out where the file's addition told them.</summary>
    private async Task<IReadOnlyDictionary<string, string?>> ValuesOfAsync(RemoveFile remove, long version, CancellationToken cancellationToken) =>
        remove.PartitionValues is { } values && (values.Count > 0 || _shape.PartitionColumns.Count == 0) ? values
        : _shape.PartitionColumns.Count == 0 ? new Dictionary<string, string?>()
        : (await table.AtAsync(version - 1, cancellationToken).ConfigureAwait(false)).Files.Find(remove.Path, remove.DeletionVectorId)?.PartitionValues
            ?? throw new LakehouseException("delta.corrupt", string.Create(CultureInfo.InvariantCulture, $"Version {version} of table '{table.Path}' removes '{remove.Path}', which version {version - 1} does not have: its partition values are not known."));

    private sealed record Change(AddFile File, string? Type, long Version, DateTimeOffset Time);
}
