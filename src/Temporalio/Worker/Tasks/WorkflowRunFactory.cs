using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Instances;
using Temporalio.Workflows;

namespace Temporalio.Worker.Tasks;

/// <summary>Makes the instances of a worker's or a replayer's workflows and runs their activations under watch.</summary>
internal sealed class WorkflowRunFactory
{
    private readonly FrozenDictionary<string, WorkflowDefinition> _definitions;
    private readonly WorkflowDefinition? _dynamic;
    private readonly WorkflowWorkerOptions _options;

    /// <summary>Reads the options once.</summary>
    public WorkflowRunFactory(WorkflowWorkerOptions options)
    {
        _options = options;
        _definitions = options.Workflows.Where(w => !w.Dynamic).ToFrozenDictionary(w => w.Name!, StringComparer.Ordinal);
        _dynamic = options.Workflows.FirstOrDefault(w => w.Dynamic);
        if (!options.DisableTracingEventListener)
        {
            TracingListener.Enable();
        }
    }

    /// <summary>Namespace of the runs.</summary>
    public string Namespace => _options.Namespace;

    /// <summary>Codec of payloads; null for none.</summary>
    public IPayloadCodec? Codec => _options.DataConverter.PayloadCodec;

    /// <summary>Deployment version of the worker; null without versioning.</summary>
    public WorkerDeploymentVersion? DeploymentVersion => _options.DeploymentOptions?.Version;

    /// <summary>Makes an instance.</summary>
    /// <exception cref="ApplicationFailureException">The workflow type is not registered: the task fails and is tried again.</exception>
    public WorkflowInstance CreateInstance(ActivationJob.Initialize start, WorkflowActivation first)
    {
        var type = start.Attributes.WorkflowType.Name;
        if (!_definitions.TryGetValue(type, out var definition))
        {
            definition = (DefinitionNames.IsReserved(type) ? null : _dynamic) ?? throw new ApplicationFailureException(
                $"Workflow type '{type}' is not registered on this worker, available workflow types: "
                + $"[{string.Join(", ", _definitions.Keys.Order(StringComparer.Ordinal).Select(n => $"'{n}'"))}]",
                errorType: "NotFoundError");
        }

        return new(
            new()
            {
                Namespace = _options.Namespace,
                TaskQueue = _options.TaskQueue,
                Definition = definition,
                Start = start,
                DataConverter = _options.DataConverter.WithSerializationContext(new ISerializationContext.Workflow(_options.Namespace, start.WorkflowId)),
                LoggerFactory = _options.LoggerFactory,
                Interceptors = [.. _options.Interceptors],
                FailureExceptionTypes = _options.FailureExceptionTypes,
                PatchActivationCallback = _options.PatchActivationCallback,
                KnowsLocalActivity = _options.LocalActivities is { } local ? local.Knows : null,
                StackTrace = _options.WorkflowStackTrace,
                DisableTracing = _options.DisableTracingEventListener,
                DisableEagerActivities = _options.TryReserveEagerSlot is null,
                BuildId = _options.BuildId,
                MeterFactory = _options.MetricMeter is { } meter
                    ? info => meter.WithTags([new("namespace", info.Namespace), new("task_queue", info.TaskQueue), new("workflow_type", info.WorkflowType)])
                    : null,
            },
            first);
    }

    /// <summary>Runs an activation. One that does not come back in time is reported by the watchdog.</summary>
    public List<WorkflowCommand> Run(WorkflowInstance instance, WorkflowActivation activation, WorkflowRun run)
    {
        _options.TaskStarting?.Invoke(instance.Definition, instance.Info);
        Exception? failure = null;
        var watch = _options.DebugMode ? null : ActivationWatchdog.Enter(instance, run.OnStuck);
        try
        {
            var commands = instance.Activate(activation);
            _options.Activated?.Invoke(activation, commands);
            return commands;
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            if (watch?.Leave() == false)
            {
                failure = new WorkflowStuckException(instance.Info);
            }

            _options.TaskCompleted?.Invoke(instance.Definition, instance.Info, failure);
            if (failure is WorkflowStuckException stuck)
            {
                throw stuck;
            }
        }
    }
}
