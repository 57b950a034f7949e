using OpenTelemetry.Context.Propagation;

namespace Temporalio.Extensions.OpenTelemetry;

/// <summary>Options of the tracing interceptor.</summary>
public class TracingInterceptorOptions : ICloneable
{
    /// <summary>Header that carries the trace between processes. Default: <c>_tracer-data</c>, the one all SDKs use.</summary>
    public string HeaderKey { get; set; } = "_tracer-data";

    /// <summary>How a trace is written into that header. Default: the process's default propagator at the time the options are made.</summary>
    public TextMapPropagator Propagator { get; set; } = Propagators.DefaultTextMapPropagator;

    /// <summary>Tag for the workflow's id; null: no tag. Default: <c>temporalWorkflowID</c>.</summary>
    public string? TagNameWorkflowId { get; set; } = "temporalWorkflowID";

    /// <summary>Tag for the run's id; null: no tag. Default: <c>temporalRunID</c>.</summary>
    public string? TagNameRunId { get; set; } = "temporalRunID";

    /// <summary>Tag for the activity's id; null: no tag. Default: <c>temporalActivityID</c>.</summary>
    public string? TagNameActivityId { get; set; } = "temporalActivityID";

    /// <summary>Tag for the update's id; null: no tag. Default: <c>temporalUpdateID</c>.</summary>
    public string? TagNameUpdateId { get; set; } = "temporalUpdateID";

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
