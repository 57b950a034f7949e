using Microsoft.Extensions.Logging;
using Temporalio.Converters;
using Temporalio.Common;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>What a workflow instance is made of: the same for all runs of a worker, but for the definition and the first job.</summary>
internal sealed record WorkflowInstanceDetails
{
    public required string Namespace { get; init; }

    public required string TaskQueue { get; init; }

    public required WorkflowDefinition Definition { get; init; }

    public required ActivationJob.Initialize Start { get; init; }

    /// <summary>Converter of the run, made for its serialization context.</summary>
    public required DataConverter DataConverter { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    public IReadOnlyList<IWorkerInterceptor> Interceptors { get; init; } = [];

    public IReadOnlyCollection<Type> FailureExceptionTypes { get; init; } = [];

    public Func<PatchActivationInput, bool>? PatchActivationCallback { get; init; }

    /// <summary>Whether a local activity is registered; null when none are.</summary>
    public Func<string, bool>? KnowsLocalActivity { get; init; }

    public WorkflowStackTrace StackTrace { get; init; }

    public bool DisableTracing { get; init; }

    public bool DisableEagerActivities { get; init; }

    public string BuildId { get; init; } = string.Empty;

    /// <summary>Meter of the run's metrics; null gives one that records nothing.</summary>
    public Func<WorkflowInfo, MetricMeter>? MeterFactory { get; init; }
}
