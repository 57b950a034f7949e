using Microsoft.Extensions.Logging;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>A logger that says nothing while history is repeated, and adds the identity of the run, and of the update, to what it says.</summary>
internal sealed class ReplaySafeLogger(ILogger inner, WorkflowInstance instance) : ILogger
{
    private Dictionary<string, object>? _scope;

    /// <summary>The logger behind.</summary>
    public ILogger Inner { get; } = inner;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => Inner.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => (!instance.IsReplaying || instance.IsReadOnly) && Inner.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            using (Inner.BeginScope(Scope()))
            using (instance.CurrentUpdateInfo is { } update ? Inner.BeginScope(UpdateScope(update)) : null)
            {
                Inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    private static Dictionary<string, object> UpdateScope(WorkflowUpdateInfo update) =>
        new() { ["UpdateId"] = update.Id, ["UpdateName"] = update.Name };

    private Dictionary<string, object> Scope() => _scope ??= new()
    {
        ["Attempt"] = instance.Info.Attempt,
        ["Namespace"] = instance.Info.Namespace,
        ["FirstExecutionRunId"] = instance.Info.FirstExecutionRunId,
        ["RunId"] = instance.Info.RunId,
        ["TaskQueue"] = instance.Info.TaskQueue,
        ["WorkflowId"] = instance.Info.WorkflowId,
        ["WorkflowType"] = instance.Info.WorkflowType,
    };
}
