using Microsoft.Extensions.Logging;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Worker.Instances;

namespace Temporalio.Workflows;

/// <summary>
/// Everything workflow code may use of its surroundings. All members are deterministic; outside of a workflow they throw
/// <see cref="InvalidOperationException"/>, but for <see cref="InWorkflow"/>.
/// </summary>
public static partial class Workflow
{
    /// <summary>Whether no signal or update handler is running. Wait for it before the end of a run that has asynchronous handlers.</summary>
    public static bool AllHandlersFinished => Context.AllHandlersFinished;

    /// <summary>Fires when cancellation of the run is requested. The default token of every wait.</summary>
    public static CancellationToken CancellationToken => Context.CancellationToken;

    /// <summary>Whether the service suggests to continue as new, because the history is getting long.</summary>
    public static bool ContinueAsNewSuggested => Context.ContinueAsNewSuggested;

    /// <summary>Build id of the worker that runs this step: the recorded one while replaying.</summary>
    public static string CurrentBuildId => Context.BuildId;

    /// <summary>Deployment version of the worker that runs this step: the recorded one while replaying; null without versioning.</summary>
    public static WorkerDeploymentVersion? CurrentDeploymentVersion => Context.DeploymentVersion;

    /// <summary>Text about what the run does at the moment, in Markdown, shown by tools. Default: empty.</summary>
    public static string CurrentDetails
    {
        get => Context.CurrentDetails;
        set => Context.CurrentDetails = value;
    }

    /// <summary>Events of history so far.</summary>
    public static int CurrentHistoryLength => Context.HistoryLength;

    /// <summary>Bytes of history so far.</summary>
    public static int CurrentHistorySize => Context.HistorySize;

    /// <summary>The update that the current code handles; null outside of update handlers.</summary>
    public static WorkflowUpdateInfo? CurrentUpdateInfo => Context.CurrentUpdateInfo;

    /// <summary>Handler of queries without one; null for none.</summary>
    public static WorkflowQueryDefinition? DynamicQuery
    {
        get => Context.Handlers.DynamicQuery;
        set => Context.Handlers.DynamicQuery = value;
    }

    /// <summary>Handler of signals without one; null for none. Setting it delivers the signals that waited.</summary>
    public static WorkflowSignalDefinition? DynamicSignal
    {
        get => Context.Handlers.DynamicSignal;
        set => Context.Handlers.DynamicSignal = value;
    }

    /// <summary>Handler of updates without one; null for none.</summary>
    public static WorkflowUpdateDefinition? DynamicUpdate
    {
        get => Context.Handlers.DynamicUpdate;
        set => Context.Handlers.DynamicUpdate = value;
    }

    /// <summary>Whether the current code runs in a workflow.</summary>
    public static bool InWorkflow => WorkflowInstance.CurrentOrNull is not null;

    /// <summary>What the run knows about itself from its start.</summary>
    public static WorkflowInfo Info => Context.Info;

    /// <summary>The instance of the workflow class.</summary>
    public static object Instance => Context.Instance;

    /// <summary>A logger that is silent while history is repeated and names the run in its scope.</summary>
    public static ILogger Logger => Context.Logger;

    /// <summary>Memo of the run, upserts included.</summary>
    public static IReadOnlyDictionary<string, IRawValue> Memo => Context.Memo;

    /// <summary>A meter that records nothing while history is repeated.</summary>
    public static MetricMeter MetricMeter => Context.MetricMeter;

    /// <summary>Payload converter of the run.</summary>
    public static IPayloadConverter PayloadConverter => Context.PayloadConverter;

    /// <summary>Query handlers by name; changes concern this run only.</summary>
    public static IDictionary<string, WorkflowQueryDefinition> Queries => Context.Handlers.Queries;

    /// <summary>Random numbers that are the same on every replay.</summary>
    public static DeterministicRandom Random => Context.Random;

    /// <summary>Signal handlers by name; changes concern this run only. Adding one delivers the signals that waited for it.</summary>
    public static IDictionary<string, WorkflowSignalDefinition> Signals => Context.Handlers.Signals;

    /// <summary>Why the service suggests to continue as new.</summary>
    public static IReadOnlyCollection<SuggestContinueAsNewReason> SuggestedContinueAsNewReasons => Context.ContinueAsNewReasons;

    /// <summary>Whether the deployment's target version is another than the run's.</summary>
    public static bool TargetWorkerDeploymentVersionChanged => Context.TargetVersionChanged;

    /// <summary>Search attributes of the run, upserts included.</summary>
    public static SearchAttributeCollection TypedSearchAttributes => Context.TypedSearchAttributes;

    /// <summary>Update handlers by name; changes concern this run only.</summary>
    public static IDictionary<string, WorkflowUpdateDefinition> Updates => Context.Handlers.Updates;

    /// <summary>Time of the current workflow task, the same on every replay.</summary>
    public static DateTime UtcNow => Context.UtcNow;

    private static WorkflowInstance Context => WorkflowInstance.Current;

    /// <summary>A random id that is the same on every replay.</summary>
    /// <returns>The id.</returns>
    public static Guid NewGuid() => Context.Random.NextGuid();

    /// <summary>Says that the change behind a patch is old enough that no run needs the code before it.</summary>
    /// <param name="patchId">Name of the change.</param>
    public static void DeprecatePatch(string patchId) => Context.Patch(patchId, deprecated: true);

    /// <summary>Whether to run the changed code: true for new steps, false for runs that passed here before the change.</summary>
    /// <param name="patchId">Name of the change.</param>
    /// <returns>Whether the change applies.</returns>
    public static bool Patched(string patchId) => Context.Patch(patchId, deprecated: false);

    /// <summary>Changes the memo of the run.</summary>
    /// <param name="updates">Changes, one per key.</param>
    /// <exception cref="ArgumentException">There is none, or two of one key.</exception>
    public static void UpsertMemo(params MemoUpdate[] updates) => Context.UpsertMemo(updates);

    /// <summary>Changes search attributes of the run.</summary>
    /// <param name="updates">Changes, one per attribute.</param>
    /// <exception cref="ArgumentException">There is none, or two of one attribute.</exception>
    public static void UpsertTypedSearchAttributes(params SearchAttributeUpdate[] updates) => Context.UpsertSearchAttributes(updates);

    /// <summary>For the rare code that must know what deterministic code must not depend on.</summary>
    public static class Unsafe
    {
        /// <summary>Whether history is being repeated. A query counts as repeating.</summary>
        public static bool IsReplaying => Context.IsReplaying;

        /// <summary>Whether events of history are being repeated: not so in queries and validators.</summary>
        public static bool IsReplayingHistoryEvents => Context.IsReplayingHistoryEvents;

        /// <summary>Runs code without reporting calls into other schedulers. It must not make workflow commands.</summary>
        /// <param name="fn">The code.</param>
        public static void WithTracingEventListenerDisabled(Action fn)
        {
            ArgumentNullException.ThrowIfNull(fn);
            Context.WithoutTracing<object?>(() =>
            {
                fn();
                return null;
            });
        }

        /// <summary>Runs code without reporting calls into other schedulers. It must not make workflow commands.</summary>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="fn">The code.</param>
        /// <returns>Its result.</returns>
        public static T WithTracingEventListenerDisabled<T>(Func<T> fn)
        {
            ArgumentNullException.ThrowIfNull(fn);
            return Context.WithoutTracing(fn);
        }
    }
}
