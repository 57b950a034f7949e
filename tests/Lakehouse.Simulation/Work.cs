namespace Lakehouse.Simulation;

/// <summary>One piece of work of one writer, and how it ended.</summary>
public sealed class Work(string id, Operation operation)
{
    public string Id => id;

    public Operation Operation => operation;

    /// <summary>Null until its writer knows that it is done.</summary>
    public WorkEnd? End { get; set; }
}

/// <summary>How a work ended, as its writer was told.</summary>
public enum WorkEnd
{
    /// <summary>It is in the log.</summary>
    Committed,

    /// <summary>There was nothing to commit.</summary>
    Nothing,

    /// <summary>Others stood against it at every attempt.</summary>
    GivenUp,
}
