namespace Temporal.DevServer.Visibility.Query;

/// <summary>A predefined or custom attribute of a run; a value of another type counts as none.</summary>
internal sealed class AttributeColumn<TStored, T>(string name, Func<TStored, T> convert) : Column<T>(name)
{
    /// <inheritdoc/>
    public override bool TryGet(IndexedRun run, out T value)
    {
        if (run.Attributes.Count > 0 && run.Attributes.TryGetValue(Name, out var stored) && stored is TStored typed)
        {
            value = convert(typed);
            return true;
        }

        value = default!;
        return false;
    }
}
