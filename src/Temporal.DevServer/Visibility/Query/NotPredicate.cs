namespace Temporal.DevServer.Visibility.Query;

/// <summary>The condition does not hold; what is unknown stays unknown.</summary>
internal sealed class NotPredicate(Predicate inner) : Predicate
{
    /// <inheritdoc/>
    public override Truth Test(IndexedRun run) => (Truth)(Truth.True - inner.Test(run));
}
