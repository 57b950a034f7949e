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
    /// <summary>The workflow id every trigger uses, so that all of them meet in one run per partition.</summary>
    public string WorkflowId => $"run/{Pipeline}/{Partition}";
}
