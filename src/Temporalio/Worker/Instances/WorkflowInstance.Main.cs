using Microsoft.Extensions.Logging;
using Temporalio.Api.Command.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <content>The main method, and what an exception does: end the run, or fail the task.</content>
internal sealed partial class WorkflowInstance
{
    private IReadOnlyCollection<Type> _dynamicFailureTypes = [];

    private bool IsCancelRequested => _cancellation.IsCancellationRequested;

    private void StartMain()
    {
        _started = true;
        try
        {
            EnsureInstance();
        }
        catch (Exception e) when (IsWorkflowFailure(e))
        {
            AddFailure(e);
            return;
        }
        catch (Exception e)
        {
            FailTask(e);
            return;
        }

        _ = Queue(() => RunTopLevelAsync(RunMainAsync));
    }

    private async Task RunMainAsync()
    {
        var result = await _inbound.ExecuteWorkflowAsync(new(EnsureInstance(), _details.Definition.RunMethod, _arguments)).ConfigureAwait(true);
        var payload = _details.Definition.Run.HasTaskResult ? PayloadConverter.ToPayload(result) : null;
        WarnOfUnfinishedHandlers();
        AddCommand(new WorkflowCommand.CompleteWorkflow(payload));
    }

    /// <summary>Runs the main method or a signal handler and turns what it throws into the end of the run or of the task.</summary>
    private async Task RunTopLevelAsync(Func<Task> function)
    {
        try
        {
            await function().ConfigureAwait(true);
        }
        catch (ContinueAsNewException e)
        {
            ContinueAsNew(e);
        }
        catch (Exception e) when (IsCancelRequested && TemporalException.IsCanceledException(e))
        {
            WarnOfUnfinishedHandlers();
            AddCommand(new WorkflowCommand.CancelWorkflow());
        }
        catch (Exception e) when (IsWorkflowFailure(e))
        {
            AddFailure(e);
        }
        catch (Exception e)
        {
            FailTask(e);
        }
    }

    private void ContinueAsNew(ContinueAsNewException e)
    {
        try
        {
            var attributes = ContinueAsNewAttributes(e.Input);
            WarnOfUnfinishedHandlers();
            AddCommand(new WorkflowCommand.ContinueAsNew(attributes));
        }
        catch (Exception conversion)
        {
            FailTask(conversion);
        }
    }

    private void AddFailure(Exception e)
    {
        try
        {
            AddCommand(new WorkflowCommand.FailWorkflow(ToFailure(e)));
        }
        catch (Exception conversion)
        {
            FailTask(conversion);
        }
    }

    /// <summary>Whether an exception ends the run (or refuses an update) instead of failing the task.</summary>
    internal bool IsWorkflowFailure(Exception e) =>
        e is FailureException or OperationCanceledException || IsNamedFailure(e);

    /// <summary>Whether an exception is of a type that the worker or the workflow named as failing the run.</summary>
    internal bool IsNamedFailure(Exception e) =>
        Matches(_details.FailureExceptionTypes, e) || Matches(_details.Definition.FailureExceptionTypes, e) || Matches(_dynamicFailureTypes, e);

    internal Api.Failure.V1.Failure ToFailure(Exception e) => _details.DataConverter.FailureConverter.ToFailure(e, PayloadConverter);

    private static bool Matches(IReadOnlyCollection<Type>? types, Exception e) => types is { Count: > 0 } && types.Any(t => t.IsInstanceOfType(e));

    private void ReadDynamicOptions(object instance)
    {
        if (_details.Definition.DynamicOptionsGetter is { } getter)
        {
            var options = getter(instance);
            _dynamicFailureTypes = options.FailureExceptionTypes ?? [];
            DynamicVersioningBehavior = options.VersioningBehavior;
        }
    }

    private ContinueAsNewWorkflowExecutionCommandAttributes ContinueAsNewAttributes(CreateContinueAsNewExceptionInput input)
    {
        var options = input.Options;
        var attributes = new ContinueAsNewWorkflowExecutionCommandAttributes
        {
            WorkflowType = new() { Name = input.Workflow },
            TaskQueue = Wire.Queue(options?.TaskQueue ?? Info.TaskQueue),
            Input = Wire.Payloads(PayloadConverter, input.Args),
            WorkflowRunTimeout = Wire.Span(options?.RunTimeout),
            WorkflowTaskTimeout = Wire.Span(options?.TaskTimeout),
            BackoffStartInterval = Wire.Span(options?.BackoffStartInterval),
            RetryPolicy = options?.RetryPolicy is { } retry ? retry.ToProto() : _details.Start.Attributes.RetryPolicy,
            Header = Wire.Header(input.Headers),
            InitialVersioningBehavior = (Api.Enums.V1.ContinueAsNewVersioningBehavior)(options?.InitialVersioningBehavior ?? 0),
        };
        if (options?.Memo is { } memo)
        {
            attributes.Memo = Wire.Memo(PayloadConverter, memo);
        }
        else if (_memo is { Count: > 0 } current)
        {
            attributes.Memo = new() { Fields = { current } };
        }

        attributes.SearchAttributes = options?.TypedSearchAttributes?.ToProto() ?? _searchAttributes;
        return attributes;
    }

    private void WarnOfUnfinishedHandlers()
    {
        var unfinished = _handlers.Running.Where(h => h.Policy == HandlerUnfinishedPolicy.WarnAndAbandon).ToList();
        if (unfinished.Count == 0 || !Logger.IsEnabled(LogLevel.Warning))
        {
            return;
        }

        foreach (var kind in unfinished.GroupBy(h => h.IsUpdate))
        {
            Logger.LogWarning(
                "[TMPRL1102] Workflow {WorkflowId} finished while {Kind} handlers are still running. This may have interrupted work that the "
                + "handlers were doing. Help: wait for Workflow.AllHandlersFinished before the end, or set UnfinishedPolicy to Abandon. Handlers: {Handlers}",
                Info.WorkflowId,
                kind.Key ? "update" : "signal",
                string.Join(", ", kind.Select(h => h.Id is null ? $"'{h.Name}'" : $"'{h.Name}' (id '{h.Id}')")));
        }
    }
}
