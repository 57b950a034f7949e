namespace Temporal.DevServer.Visibility.Query;

/// <summary>Reads one attribute of a row as a comparable value.</summary>
internal abstract class Column<T>(string name)
{
    /// <summary>The attribute's name.</summary>
    public string Name { get; } = name;

    /// <summary>The row's value; false when it has none.</summary>
    public abstract bool TryGet(IndexedRun run, out T value);
}
