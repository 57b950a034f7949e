using Microsoft.Extensions.Logging;
using Temporalio.Api.Common.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>
/// The language side of one run: applies the jobs of an activation, runs user code on the run's own scheduler until it has nothing more
/// to do, and gives back the commands it asked for. Not thread safe: one activation at a time.
/// </summary>
internal sealed partial class WorkflowInstance
{
    [ThreadStatic]
    private static WorkflowInstance? _current;

    private readonly WorkflowInstanceDetails _details;
    private readonly WorkflowScheduler _scheduler;
    private readonly TaskFactory _tasks;
    private readonly WaitConditions _conditions = new();
    private readonly RootOutbound _outboundRoot;
    private readonly RootInbound _inboundRoot;
    private readonly WorkflowInboundInterceptor _inbound;
    private readonly CancellationTokenSource _cancellation = new();

    private List<WorkflowCommand> _commands = [];
    private WorkflowActivation _activation;
    private Exception? _taskFailure;
    private volatile Exception? _foreignThread;
    private object? _instance;
    private object?[] _arguments = [];
    private bool _modernLoop;
    private bool _started;

    /// <summary>Creates the instance; user code runs first in <see cref="Activate"/>.</summary>
    /// <param name="details">What it is made of.</param>
    /// <param name="first">The first activation: decides by which rules the loop runs.</param>
    public WorkflowInstance(WorkflowInstanceDetails details, WorkflowActivation first)
    {
        _details = details;
        _activation = first;
        _scheduler = new WorkflowScheduler(this);
        _tasks = new TaskFactory(CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskContinuationOptions.None, _scheduler);
        Info = WorkflowInfoReader.Read(details);
        Random = new DeterministicRandom(details.Start.RandomSeed);
        Logger = new ReplaySafeLogger(details.LoggerFactory.CreateLogger($"Temporalio.Workflow:{Info.WorkflowType}"), this);
        _handlers = new(details.Definition);
        _memo = details.Start.Attributes.Memo?.Fields.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        _searchAttributes = details.Start.Attributes.SearchAttributes;
        _outboundRoot = new(this);
        _inboundRoot = new(this);
        _inbound = _inboundRoot;
        for (var i = details.Interceptors.Count - 1; i >= 0; i--)
        {
            _inbound = details.Interceptors[i].InterceptWorkflow(_inbound);
        }
    }

    /// <summary>The run whose code runs on this thread.</summary>
    /// <exception cref="InvalidOperationException">No workflow code runs here.</exception>
    public static WorkflowInstance Current => _current ?? throw new InvalidOperationException(
        "Not in workflow environment. Help: call members of Workflow from workflow code only, on the workflow's own tasks.");

    /// <summary>The run whose code runs on this thread, or null.</summary>
    public static WorkflowInstance? CurrentOrNull => _current;

    /// <summary>Whether this thread runs code that must change nothing: a query or a validator.</summary>
    public bool IsReadOnly { get; private set; }

    /// <summary>
    /// Whether the end of an update handler counts in the turn in which it happens, as other languages have it, so that their histories
    /// replay. Here an await in between takes a turn of its own, as in every .NET history.
    /// </summary>
    public bool EndsInline { get; private set; }

    /// <summary>Applies an activation and runs until nothing is left to do.</summary>
    /// <returns>The commands, in the order the code asked.</returns>
    /// <exception cref="Exception">The task fails: what user code threw that does not fail the run, or a broken rule.</exception>
    public List<WorkflowCommand> Activate(WorkflowActivation activation)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var outer = _current;
        _current = this;
        _activation = activation;
        _commands = [];
        try
        {
            if (!_started)
            {
                EndsInline = activation.IsReplaying && activation.Flags.IsOfOtherSdk;
                _modernLoop = activation.Flags.TryUseLang(SdkFlags.ModernEventLoop, activation.IsReplaying);
                _inbound.Init(_outboundRoot);
            }

            if (_modernLoop)
            {
                RunModern(activation);
            }
            else
            {
                RunLegacy(activation);
            }

            ThrowIfTaskFailed();
            return _commands;
        }
        finally
        {
            _commands = [];
            _current = outer;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>A thread of another scheduler reached into the run: the next activation fails with this.</summary>
    public void NoteForeignThread(InvalidWorkflowSchedulerException violation)
    {
        _foreignThread ??= violation;
        if (!ReferenceEquals(_current, this))
        {
            ((ReplaySafeLogger)Logger).Inner.LogError(violation, "{Message}", violation.Message);
        }
    }

    /// <summary>Fails the task at the end of this activation; the first reason counts.</summary>
    internal void FailTask(Exception reason) => _taskFailure ??= reason;

    /// <summary>Adds a command.</summary>
    internal void AddCommand(WorkflowCommand command)
    {
        ThrowIfReadOnly();
        _commands.Add(command);
    }

    internal void ThrowIfReadOnly()
    {
        if (IsReadOnly)
        {
            throw new InvalidOperationException(
                $"Workflow '{Info.WorkflowType}' (id '{Info.WorkflowId}'): queries and update validators must not change anything or wait.");
        }
    }

    /// <summary>Queues a function as a task of its own.</summary>
    internal Task Queue(Func<Task> function) => _tasks.StartNew(function).Unwrap();

    internal void RunInline(Task after, Action<Task> action) => _scheduler.RunInline(after, action);

    private void RunModern(WorkflowActivation activation)
    {
        var jobs = activation.Jobs;
        for (var i = 0; i < jobs.Count; i++)
        {
            Apply(jobs[i]);
        }

        if (!_started)
        {
            StartMain();
        }

        _scheduler.Drain();
        if (activation.OnlyQueries)
        {
            return;
        }

        while (_taskFailure is null && _conditions.ReleaseTrue(onlyFirst: true))
        {
            _scheduler.Drain();
        }
    }

    /// <summary>The rules of histories that were written before all jobs were applied at once.</summary>
    private void RunLegacy(WorkflowActivation activation)
    {
        foreach (var job in activation.Jobs.OrderBy(LegacyRank))
        {
            Apply(job);
            if (job is ActivationJob.Initialize)
            {
                StartMain();
            }

            var checks = job is not (ActivationJob.NotifyPatch or ActivationJob.Query);
            do
            {
                _scheduler.Drain();
            }
            while (checks && _taskFailure is null && _conditions.ReleaseTrue(onlyFirst: false));
        }
    }

    private static int LegacyRank(ActivationJob job) => job.Rank switch
    {
        JobRank.Patch or JobRank.Seed => 0,
        JobRank.SignalOrUpdate => 1,
        JobRank.Initialize => 2,
        _ => 3,
    };

    private void ThrowIfTaskFailed()
    {
        if (_foreignThread is { } foreign)
        {
            throw foreign;
        }

        if (_taskFailure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>The instance of the user's class, made when first needed.</summary>
    private object EnsureInstance()
    {
        if (_instance is null)
        {
            var input = _details.Start.Attributes.Input?.Payloads_ ?? (IReadOnlyList<Payload>)[];
            _arguments = _details.Definition.Dynamic
                ? [input.Select(p => (IRawValue)new RawValue(p)).ToArray()]
                : _details.Definition.Run.DecodeArguments(input, PayloadConverter, $"workflow '{Info.WorkflowType}'");
            _instance = _details.Definition.CreateWorkflowInstance(_arguments);
            ReadDynamicOptions(_instance);
        }

        return _instance;
    }
}
