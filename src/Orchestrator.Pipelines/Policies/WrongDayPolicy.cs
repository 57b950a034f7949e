namespace Orchestrator.Pipelines.Policies;

/// <summary>What happens to a source file that seems to belong to another partition than its name says.</summary>
public sealed record WrongDayPolicy
{
    /// <summary>A file that says to the letter what a file of another partition says. Default: it is held.</summary>
    public QualityAction SameContent { get; init; } = QualityAction.Hold;

    /// <summary>
    /// Rows of which none happened in their partition, by the event time that <see cref="Lateness"/> names: all before its start, or later than its end by more than the
    /// allowed lateness. Default: they are held.
    /// </summary>
    public QualityAction NoEvent { get; init; } = QualityAction.Hold;

    /// <summary>Files with fewer rows are too small to tell by their content. Default: 2.</summary>
    public int LeastRows { get; init; } = 2;
}
