namespace Orchestrator.Activities.Contracts;

/// <summary>
/// What starts a <c>PipelineRun</c>: one partition of one pipeline. As JSON, from any client:
/// <c>{"pipeline":"covid","partition":"2020-03-22"}</c>.
/// </summary>
/// <param name="Pipeline">Name of the pipeline: the folder's name under the worker's pipelines folder.</param>
/// <param name="Partition">Partition key in the pipeline's unit, for days <c>yyyy-MM-dd</c>.</param>
/// <param name="Force">Run even when inputs and code are those of the last published run. Default: false.</param>
public sealed record RunRequest(string Pipeline, string Partition, bool Force = false)
{
    /// <summary>
    /// True when whoever started the run sends the signal <c>proceed</c> once the partitions before it are done: what reads them is made only then, and so only once. Default: null, no.
    /// </summary>
    public bool? Gated { get; init; }

    /// <summary>
    /// Later partitions that whoever started the run runs too, in order: from the first of them on nothing is made again by this run although it reads this partition, as the run of that
    /// first one makes it again, or leaves it to the next. Default: null, none.
    /// </summary>
    public IReadOnlyList<string>? MadeElsewhere { get; init; }

    /// <summary>Why it runs, which decides whose turn is first. Default: null, live.</summary>
    public RunLane? Lane { get; init; }

    /// <summary>The workflow id every trigger uses, so that all of them meet in one run per partition.</summary>
    public string WorkflowId => $"run/{Pipeline}/{Partition}";
}
