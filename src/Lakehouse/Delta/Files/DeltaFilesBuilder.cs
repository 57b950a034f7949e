using System.Collections.Immutable;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta.Files;

/// <summary>
/// Makes the files of a version from those of an earlier one, or from nothing. From nothing everything goes into columns; from a version the columns stay
/// as they are and changes lie beside them, until there are so many that new columns are cheaper.
/// </summary>
internal sealed class DeltaFilesBuilder
{
    /// <summary>Changes beside the columns that are always worth keeping; above this a part of the columns' rows.</summary>
    private const int AlwaysBeside = 256;
    private const int BesidePart = 16;

    private readonly FileColumns _columns;
    private readonly ImmutableHashSet<int>.Builder? _gone;
    private readonly ImmutableSortedDictionary<string, AddFile>.Builder? _recent;

    public DeltaFilesBuilder(DeltaFiles? from)
    {
        _columns = from?.Base ?? new FileColumns();
        _gone = from?.Gone.ToBuilder();
        _recent = from?.Recent.ToBuilder();
    }

    public void Add(AddFile file)
    {
        if (_gone is null || _recent is null)
        {
            _columns.Add(file);
            return;
        }

        var id = file.DeletionVectorId;
        MarkGone(file.Path, id);
        _recent[DeltaFiles.KeyOf(file.Path, id)] = file;
    }

    public void Remove(string path, string? deletionVectorId)
    {
        if (_gone is null || _recent is null)
        {
            _columns.Remove(path, deletionVectorId);
        }
        else if (!_recent.Remove(DeltaFiles.KeyOf(path, deletionVectorId)))
        {
            MarkGone(path, deletionVectorId);
        }
    }

    public DeltaFiles Build()
    {
        if (_gone is null || _recent is null)
        {
            var columns = _columns.Count > 2 * (_columns.Live + AlwaysBeside) ? Compact(Live(_columns)) : _columns;
            columns.Freeze();
            return new DeltaFiles(columns, [], ImmutableSortedDictionary.Create<string, AddFile>(ObjectPath.Comparer));
        }

        var beside = new DeltaFiles(_columns, _gone.ToImmutable(), _recent.ToImmutable());
        if (_gone.Count + _recent.Count <= Math.Max(AlwaysBeside, _columns.Live / BesidePart))
        {
            return beside;
        }

        var all = Compact(beside);
        all.Freeze();
        return new DeltaFiles(all, [], ImmutableSortedDictionary.Create<string, AddFile>(ObjectPath.Comparer));
    }

    private void MarkGone(string path, string? deletionVectorId)
    {
        if (_columns.Find(path, deletionVectorId) is { } row && _columns.IsLive(row))
        {
            _gone!.Add(row);
        }
    }

    private static IEnumerable<AddFile> Live(FileColumns columns) => Enumerable.Range(0, columns.Count).Where(columns.IsLive).Select(columns.Read);

    private static FileColumns Compact(IEnumerable<AddFile> files)
    {
        var columns = new FileColumns();
        foreach (var file in files)
        {
            columns.Add(file);
        }

        return columns;
    }
}
