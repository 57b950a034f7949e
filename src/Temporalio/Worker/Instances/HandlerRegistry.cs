using Temporalio.Worker.Activations;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>Handlers of one run: those of its class, and those it registers while running; signals without a handler wait for one.</summary>
internal sealed class HandlerRegistry
{
    private readonly List<ActivationJob.Signal> _waiting = [];
    private readonly WorkflowDefinition _definition;
    private HandlerMap<WorkflowSignalDefinition>? _signals;
    private HandlerMap<WorkflowQueryDefinition>? _queries;
    private HandlerMap<WorkflowUpdateDefinition>? _updates;
    private WorkflowSignalDefinition? _dynamicSignal;

    /// <summary>Starts with the handlers of the class.</summary>
    public HandlerRegistry(WorkflowDefinition definition)
    {
        _definition = definition;
        _dynamicSignal = definition.DynamicSignal;
        DynamicQuery = definition.DynamicQuery;
        DynamicUpdate = definition.DynamicUpdate;
    }

    /// <summary>Called with signals that waited, once a handler is there.</summary>
    public Action<ActivationJob.Signal>? Release { get; set; }

    /// <summary>Handlers that run now.</summary>
    public LinkedList<RunningHandler> Running { get; } = new();

    /// <summary>Signal handlers; a change concerns this run only.</summary>
    public IDictionary<string, WorkflowSignalDefinition> Signals =>
        _signals ??= new(_definition.Signals, static (key, d) => Check("signal", key, d.Name), name => ReleaseWhere(s => s == name));

    /// <summary>Query handlers.</summary>
    public IDictionary<string, WorkflowQueryDefinition> Queries =>
        _queries ??= new(_definition.Queries, static (key, d) => Check("query", key, d.Name), null);

    /// <summary>Update handlers.</summary>
    public IDictionary<string, WorkflowUpdateDefinition> Updates =>
        _updates ??= new(_definition.Updates, static (key, d) => Check("update", key, d.Name), null);

    /// <summary>Handler of signals without one.</summary>
    public WorkflowSignalDefinition? DynamicSignal
    {
        get => _dynamicSignal;
        set
        {
            CheckDynamic("signal", value is { Dynamic: false });
            _dynamicSignal = value;
            if (value is not null)
            {
                ReleaseWhere(static s => !DefinitionNames.IsReserved(s));
            }
        }
    }

    /// <summary>Handler of queries without one.</summary>
    public WorkflowQueryDefinition? DynamicQuery { get; set; }

    /// <summary>Handler of updates without one.</summary>
    public WorkflowUpdateDefinition? DynamicUpdate { get; set; }

    /// <summary>Names of the queries, sorted.</summary>
    public IEnumerable<string> QueryNames => (_queries?.Keys ?? _definition.Queries.Keys).Order(StringComparer.Ordinal);

    /// <summary>Names of the updates, sorted.</summary>
    public IEnumerable<string> UpdateNames => (_updates?.Keys ?? _definition.Updates.Keys).Order(StringComparer.Ordinal);

    /// <summary>Handler for a signal, or null.</summary>
    public WorkflowSignalDefinition? FindSignal(string name)
    {
        var found = _signals is null ? _definition.Signals.GetValueOrDefault(name) : _signals.Find(name);
        return found ?? (DefinitionNames.IsReserved(name) ? null : _dynamicSignal);
    }

    /// <summary>Handler for a query, or null.</summary>
    public WorkflowQueryDefinition? FindQuery(string name)
    {
        var found = _queries is null ? _definition.Queries.GetValueOrDefault(name) : _queries.Find(name);
        return found ?? (DefinitionNames.IsReserved(name) ? null : DynamicQuery);
    }

    /// <summary>Handler for an update, or null.</summary>
    public WorkflowUpdateDefinition? FindUpdate(string name)
    {
        var found = _updates is null ? _definition.Updates.GetValueOrDefault(name) : _updates.Find(name);
        return found ?? (DefinitionNames.IsReserved(name) ? null : DynamicUpdate);
    }

    /// <summary>Keeps a signal until there is a handler.</summary>
    public void KeepWaiting(ActivationJob.Signal signal) => _waiting.Add(signal);

    private void ReleaseWhere(Func<string, bool> matches)
    {
        foreach (var signal in _waiting.Where(s => matches(s.Attributes.SignalName)).ToList())
        {
            _waiting.Remove(signal);
            Release?.Invoke(signal);
        }
    }

    private static void Check(string kind, string key, string? name)
    {
        if (key != name)
        {
            throw new ArgumentException($"The {kind} definition is named '{name ?? "(dynamic)"}' but is registered as '{key}'.");
        }
    }

    private static void CheckDynamic(string kind, bool isNamed)
    {
        if (isNamed)
        {
            throw new ArgumentException($"The dynamic {kind} handler must have a definition without a name.");
        }
    }
}

/// <summary>A handler that runs.</summary>
internal sealed record RunningHandler(string Name, string? Id, bool IsUpdate, HandlerUnfinishedPolicy Policy);
