using Lakehouse.Delta.DeletionVectors;

namespace Lakehouse.Delta.Maintenance;

/// <summary>
/// Files that the log names: data files, files of changes, and the files of deletion vectors, by their paths under the table's folder. A deletion vector's file is told by
/// its name alone too, which is a UUID's: its path may be absolute.
/// </summary>
internal static class NamedFiles
{
    /// <summary>Files of a version.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>, <c>delta.corrupt</c>: a deletion vector is told in a way that nobody knows.</exception>
    public static IEnumerable<string> Of(DeltaSnapshot snapshot, string table) => snapshot.Files.Values.SelectMany(f => Of(f.Path, f.DeletionVector, table));

    /// <summary>Files of an action; none for one that names no file.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>, <c>delta.corrupt</c>: a deletion vector is told in a way that nobody knows.</exception>
    public static IEnumerable<string> Of(DeltaAction action, string table) => action switch
    {
        AddFile add => Of(add.Path, add.DeletionVector, table),
        RemoveFile remove => Of(remove.Path, remove.DeletionVector, table),
        CdcFile cdc => Of(cdc.Path, null, table),
        _ => [],
    };

    /// <summary>Whether an object of the table's folder is one of the files.</summary>
    /// <param name="names">What the log names.</param>
    /// <param name="path">Its path under the table's folder.</param>
    public static bool Holds(IReadOnlySet<string> names, string path) => names.Contains(path) || (IsVector(path) && names.Contains(LastPart(path)));

    private static IEnumerable<string> Of(string path, DeletionVectorDescriptor? vector, string table)
    {
        yield return Uri.UnescapeDataString(path);
        if (vector is not null && DeletionVector.FileOf(vector, table) is { } file)
        {
            yield return LastPart(file);
        }
    }

    private static bool IsVector(string path) => path.EndsWith(".bin", StringComparison.Ordinal);

    private static string LastPart(string path) => path[(path.LastIndexOf('/') + 1)..];
}
