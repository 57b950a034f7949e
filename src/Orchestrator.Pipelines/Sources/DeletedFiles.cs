namespace Orchestrator.Pipelines.Sources;

/// <summary>What becomes of the rows of a file that is deleted at its source after they were published.</summary>
public enum DeletedFiles
{
    /// <summary>They stay, also when the partition is made again: it is read where it was landed.</summary>
    Keep,

    /// <summary>They go when other files of the partition are there: what lies there is the whole partition. One of which no file is left stays as it is.</summary>
    Remove,
}
