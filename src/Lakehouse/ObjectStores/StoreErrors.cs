namespace Lakehouse.ObjectStores;

/// <summary>Failures that every store words the same.</summary>
internal static class StoreErrors
{
    public static LakehouseException Missing(string path, string store) => new(
        "store.missing", $"Object '{path}' is not in '{store}': expected it there, because a table or a run names it. Help: restore it, or the table's version before it was named.");
}
