namespace Lakehouse.Lineage;

/// <summary>What an event says of its run.</summary>
public enum LineageEventType
{
    /// <summary>It started.</summary>
    Start,

    /// <summary>It goes on.</summary>
    Running,

    /// <summary>It ended well.</summary>
    Complete,

    /// <summary>It was stopped.</summary>
    Abort,

    /// <summary>It failed.</summary>
    Fail,

    /// <summary>Something else is to be told of it.</summary>
    Other,
}
