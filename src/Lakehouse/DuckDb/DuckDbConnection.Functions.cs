namespace Lakehouse.DuckDb;

/// <content>Functions of the host.</content>
public sealed unsafe partial class DuckDbConnection
{
    /// <summary>Makes a function from VARCHAR to VARCHAR that SQL of this instance can call; one of that name is replaced.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="function">What it does: the same result for the same text, always.</param>
    public void CreateFunction(string name, TextFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        HostFunction.Register(Native, name, function, null);
    }

    /// <summary>Makes a function from VARCHAR to BOOLEAN that SQL of this instance can call; one of that name is replaced.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="predicate">What it says: the same for the same text, always.</param>
    public void CreatePredicate(string name, TextPredicate predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        HostFunction.Register(Native, name, null, predicate);
    }
}
