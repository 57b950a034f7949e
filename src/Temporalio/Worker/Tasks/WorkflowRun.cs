using System.Diagnostics;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Instances;
using Temporalio.Worker.Machines;
using Temporalio.Workflows;

namespace Temporalio.Worker.Tasks;

/// <summary>One run held in memory: its state machines and its instance, driven together. Dropping the object frees everything: tasks of
/// the workflow that wait are never continued, so no cleanup code of a run that lives elsewhere can act.</summary>
internal sealed class WorkflowRun(WorkflowRunFactory factory, string workflowId, string runId, SemaphoreSlim? gate = null)
{
    /// <summary>Workflow id.</summary>
    public string WorkflowId { get; } = workflowId;

    /// <summary>Run id.</summary>
    public string RunId { get; } = runId;

    /// <summary>One task at a time; a run that begins anew keeps it.</summary>
    public SemaphoreSlim Gate { get; } = gate ?? new(1, 1);

    /// <summary>The core side.</summary>
    public WorkflowMachines Machines { get; } = new(factory.Namespace, workflowId, runId) { WorkerVersion = factory.DeploymentVersion };

    /// <summary>The language side; null until the first activation.</summary>
    public WorkflowInstance? Instance { get; private set; }

    /// <summary>Local activities at work for this run; null when it never had one.</summary>
    public LocalActivityRunner? LocalActivities { get; set; }

    /// <summary>Called from another thread when an activation does not come back in time.</summary>
    public Action<WorkflowInstance>? OnStuck { get; set; }

    /// <summary>How long the task at hand took to repeat history; zero when it had nothing to repeat.</summary>
    public TimeSpan ReplayTime { get; private set; }

    /// <summary>When the run was created; null until its first activation.</summary>
    public DateTime? Started => Instance?.Info.WorkflowStartTime;

    /// <summary>Takes a history and runs everything it allows.</summary>
    public async Task AdvanceAsync(
        IReadOnlyList<HistoryEvent> events, long previousStartedId, long startedId, IReadOnlyList<Message> messages)
    {
        ReplayTime = TimeSpan.Zero;
        Machines.BeginTask(events, previousStartedId, startedId, messages);
        await ContinueAsync().ConfigureAwait(false);
    }

    /// <summary>Runs the activations that are due.</summary>
    public async Task ContinueAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (Machines.NextActivation() is { } activation)
        {
            await ActivateAsync(activation).ConfigureAwait(false);
            if (activation.IsReplaying)
            {
                ReplayTime = Stopwatch.GetElapsedTime(began);
            }
        }
    }

    /// <summary>Answers queries with the state at hand.</summary>
    public async Task<List<WorkflowCommand.QueryAnswer>> QueryAsync(IEnumerable<ActivationJob.Query> queries)
    {
        if (Instance is null)
        {
            throw new InvalidOperationException($"Workflow '{WorkflowId}' (run '{RunId}') has not started yet, so it cannot be queried.");
        }

        await ActivateAsync(Machines.QueryActivation(queries)).ConfigureAwait(false);
        return Machines.TakeAnswers();
    }

    private async Task ActivateAsync(WorkflowActivation activation)
    {
        var codec = factory.Codec;
        if (codec is not null)
        {
            activation = await ActivationCodec.DecodeAsync(codec, activation).ConfigureAwait(false);
        }

        Instance ??= Create(activation);
        var commands = factory.Run(Instance, activation, this);
        if (codec is not null && (!activation.IsReplaying || activation.OnlyQueries))
        {
            await ActivationCodec.EncodeAsync(codec, commands).ConfigureAwait(false);
        }

        Machines.Apply(commands);
    }

    private WorkflowInstance Create(WorkflowActivation activation)
    {
        foreach (var job in activation.Jobs)
        {
            if (job is ActivationJob.Initialize start)
            {
                return factory.CreateInstance(start, activation);
            }
        }

        throw new InvalidOperationException($"The first activation of workflow '{WorkflowId}' (run '{RunId}') does not start it.");
    }
}
