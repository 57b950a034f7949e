using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Temporalio.Api.Common.V1;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <content>What workflow code sees of its run: the members behind <see cref="Workflow"/>.</content>
internal sealed partial class WorkflowInstance
{
    private readonly HashSet<string> _patchesInHistory = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _patches = new(StringComparer.Ordinal);

    private Dictionary<string, Payload>? _memo;
    private SearchAttributes? _searchAttributes;
    private SearchAttributeCollection? _typedSearchAttributes;
    private MetricMeter? _meter;

    public WorkflowInfo Info { get; }

    public ILogger Logger { get; }

    public DeterministicRandom Random { get; private set; }

    /// <summary>Start of the outbound chain.</summary>
    public WorkflowOutboundInterceptor Outbound { get; set; } = null!;

    public HandlerRegistry Handlers => _handlers;

    public WorkflowDefinition Definition => _details.Definition;

    public int SchedulerId => _scheduler.Id;

    public HandlerMethod RunHandler => _details.Definition.Run;

    public object Instance => EnsureInstance();

    public CancellationToken CancellationToken => _cancellation.Token;

    public DateTime UtcNow => _activation.Time;

    public bool IsReplaying => _activation.IsReplaying;

    public bool IsReplayingHistoryEvents => _activation.IsReplaying && !IsReadOnly;

    public bool ContinueAsNewSuggested => _activation.ContinueAsNewSuggested;

    public IReadOnlyCollection<SuggestContinueAsNewReason> ContinueAsNewReasons =>
        [.. _activation.ContinueAsNewReasons.Select(r => (SuggestContinueAsNewReason)(int)r)];

    public bool TargetVersionChanged => _activation.TargetVersionChanged;

    public int HistoryLength => _activation.HistoryLength;

    public int HistorySize => (int)_activation.HistorySize;

    public WorkerDeploymentVersion? DeploymentVersion => _activation.DeploymentVersion;

    public string BuildId => _activation.DeploymentVersion?.BuildId ?? _details.BuildId;

    public VersioningBehavior? DynamicVersioningBehavior { get; private set; }

    public string CurrentDetails { get; set; } = string.Empty;

    public WorkflowUpdateInfo? CurrentUpdateInfo => _currentUpdate.Value;

    public IPayloadConverter PayloadConverter => _details.DataConverter.PayloadConverter;

    public bool DisableEagerActivities => _details.DisableEagerActivities;

    public bool AllHandlersFinished => _handlers.Running.Count == 0;

    /// <summary>Whether calls into other schedulers are reported at this moment.</summary>
    public bool IsTracing { get; private set; } = true;

    public bool TracesCalls => IsTracing && !_details.DisableTracing;

    public IReadOnlyDictionary<string, IRawValue> Memo =>
        _memo?.ToDictionary(f => f.Key, f => (IRawValue)new RawValue(f.Value), StringComparer.Ordinal) ?? new(StringComparer.Ordinal);

    public SearchAttributeCollection TypedSearchAttributes => _typedSearchAttributes ??=
        _searchAttributes is null ? SearchAttributeCollection.Empty : SearchAttributeCollection.FromProto(_searchAttributes);

    public MetricMeter MetricMeter => _meter ??= new ReplaySafeMeter(_details.MeterFactory?.Invoke(Info), this);

    public bool Patch(string patchId, bool deprecated)
    {
        if (_patches.TryGetValue(patchId, out var known))
        {
            return known;
        }

        var inHistory = _patchesInHistory.Contains(patchId);
        var usable = inHistory || (!IsReplaying
            && (deprecated || _details.PatchActivationCallback is not { } callback || callback(new(Info, patchId))));
        if (usable || deprecated)
        {
            AddCommand(new WorkflowCommand.SetPatchMarker(patchId, deprecated));
        }

        _patches.Add(patchId, usable);
        return usable;
    }

    public void UpsertMemo(MemoUpdate[] updates)
    {
        RequireUpdates(updates, static u => u.UntypedKey, "memo");
        var memo = new Memo();
        var next = _memo is null ? new(StringComparer.Ordinal) : new Dictionary<string, Payload>(_memo, StringComparer.Ordinal);
        foreach (var update in updates)
        {
            var payload = PayloadConverter.ToPayload(update.HasValue ? update.UntypedValue : null);
            memo.Fields.Add(update.UntypedKey, payload);
            if (update.HasValue)
            {
                next[update.UntypedKey] = payload;
            }
            else
            {
                next.Remove(update.UntypedKey);
            }
        }

        AddCommand(new WorkflowCommand.ModifyMemo(memo));
        _memo = next;
    }

    public void UpsertSearchAttributes(SearchAttributeUpdate[] updates)
    {
        RequireUpdates(updates, static u => u.UntypedKey.Name, "search attribute");
        var changed = new SearchAttributes();
        var next = _searchAttributes?.Clone() ?? new();
        foreach (var update in updates)
        {
            var payload = update.ToPayload();
            changed.IndexedFields.Add(update.UntypedKey.Name, payload);
            if (update.HasValue)
            {
                next.IndexedFields[update.UntypedKey.Name] = payload;
            }
            else
            {
                next.IndexedFields.Remove(update.UntypedKey.Name);
            }
        }

        AddCommand(new WorkflowCommand.UpsertSearchAttributes(changed));
        _searchAttributes = next;
        _typedSearchAttributes = null;
    }

    public async Task<bool> WaitConditionAsync(WaitConditionOptions options)
    {
        ThrowIfReadOnly();
        var token = options.CancellationToken ?? CancellationToken;
        token.ThrowIfCancellationRequested();
        if (options.ConditionCheck())
        {
            return true;
        }

        var entry = _conditions.Add(options.ConditionCheck);
        Track(entry.Source.Task);
        using var registration = token.CanBeCanceled
            ? token.UnsafeRegister(_ => CancelWait(entry, token), null)
            : default;
        if (options.Timeout is not { } timeout || timeout == Timeout.InfiniteTimeSpan)
        {
            return await entry.Source.Task.ConfigureAwait(true);
        }

        return await WaitWithTimeoutAsync(entry, timeout, options.TimeoutSummary, token).ConfigureAwait(true);
    }

    public T WithoutTracing<T>(Func<T> function)
    {
        var commands = _commands.Count;
        var was = IsTracing;
        IsTracing = false;
        try
        {
            return function();
        }
        finally
        {
            IsTracing = was;
            if (_commands.Count != commands)
            {
                throw new InvalidOperationException("Code that runs with the tracing listener disabled must not make workflow commands.");
            }
        }
    }

    /// <summary>Converter for values that go to or come from an activity.</summary>
    public DataConverter ConverterForActivity(string id, string type, string? taskQueue, bool isLocal) => _details.DataConverter.WithSerializationContext(
        new ISerializationContext.Activity(Info.Namespace, id, Info.WorkflowId, Info.WorkflowType, type, taskQueue ?? Info.TaskQueue, isLocal));

    /// <summary>Converter for values that go to or come from another workflow.</summary>
    public DataConverter ConverterForWorkflow(string id) =>
        _details.DataConverter.WithSerializationContext(new ISerializationContext.Workflow(Info.Namespace, id));

    /// <summary>Throws at once for a local activity that is not registered.</summary>
    public void RequireLocalActivity(string activity)
    {
        if (_details.KnowsLocalActivity?.Invoke(activity) != true && !IsReplaying)
        {
            throw new ArgumentException($"Local activity '{activity}' is not registered on this worker.");
        }
    }

    public Exception ToException(Api.Failure.V1.Failure failure) =>
        _details.DataConverter.FailureConverter.ToException(failure, PayloadConverter);

    private async Task<bool> WaitWithTimeoutAsync(WaitConditions.Entry entry, TimeSpan timeout, string? summary, CancellationToken token)
    {
        using var timerCancellation = CancellationTokenSource.CreateLinkedTokenSource(token);
        var timer = Outbound.DelayAsync(new(timeout, timerCancellation.Token, summary));
        var first = await Task.WhenAny(entry.Source.Task, timer).ConfigureAwait(true);
        if (first == timer)
        {
            _conditions.Remove(entry);
            await timer.ConfigureAwait(true);
            return false;
        }

        timerCancellation.Cancel();
        return await entry.Source.Task.ConfigureAwait(true);
    }

    private void CancelWait(WaitConditions.Entry entry, CancellationToken token)
    {
        _conditions.Remove(entry);
        entry.Source.TrySetCanceled(token);
    }

    private void RequireUpdates<T>(T[] updates, Func<T, string> key, string what)
    {
        ThrowIfReadOnly();
        if (updates.Length == 0)
        {
            throw new ArgumentException($"At least one {what} update is needed.");
        }

        if (updates.GroupBy(key).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The {what} '{twice.Key}' is updated more than once in one call.");
        }
    }
}
