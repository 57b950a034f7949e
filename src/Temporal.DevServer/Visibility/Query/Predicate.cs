namespace Temporal.DevServer.Visibility.Query;

/// <summary>A condition over rows.</summary>
internal abstract class Predicate
{
    /// <summary>Tests one row.</summary>
    public abstract Truth Test(IndexedRun run);

    /// <summary>The boolean as a truth value.</summary>
    protected static Truth Of(bool holds) => holds ? Truth.True : Truth.False;
}
