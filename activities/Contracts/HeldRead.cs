namespace Orchestrator.Activities.Contracts;

/// <summary>A partition that a step reads and that another run holds.</summary>
/// <param name="Input">Name by which it is read.</param>
/// <param name="Partition">The partition, in the unit of the pipeline that makes it.</param>
/// <param name="WorkflowId">The run that holds it.</param>
/// <param name="RunId">Its run id.</param>
public sealed record HeldRead(string Input, string Partition, string WorkflowId, string RunId);

/// <summary>Signal <c>tell-end</c> to a run: who wants to know when it has ended.</summary>
/// <param name="WorkflowId">Workflow id.</param>
/// <param name="RunId">Run id.</param>
public sealed record RunWatcher(string WorkflowId, string RunId);
