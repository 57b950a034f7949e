namespace Temporal.DevServer.Visibility.Query;

/// <summary>A property of a run.</summary>
internal sealed class FieldColumn<T>(string name, FieldColumn<T>.Getter getter) : Column<T>(name)
{
    /// <summary>Reads the property; false when the run has none.</summary>
    public delegate bool Getter(IndexedRun run, out T value);

    /// <inheritdoc/>
    public override bool TryGet(IndexedRun run, out T value) => getter(run, out value);
}
