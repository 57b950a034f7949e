using Microsoft.Extensions.Logging;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Converters;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <content>Signals, updates and queries.</content>
internal sealed partial class WorkflowInstance
{
    private const string StackTraceQuery = "__stack_trace";
    private const string MetadataQuery = "__temporal_workflow_metadata";

    private readonly AsyncLocal<WorkflowUpdateInfo?> _currentUpdate = new();
    private readonly HandlerRegistry _handlers;

    private void ApplySignal(ActivationJob.Signal job)
    {
        _handlers.Release ??= ApplySignal;
        _ = Queue(() => HandleSignalAsync(job));
    }

    private async Task HandleSignalAsync(ActivationJob.Signal job)
    {
        var name = job.Attributes.SignalName;
        var definition = _handlers.FindSignal(name);
        if (definition is null)
        {
            _handlers.KeepWaiting(job);
            return;
        }

        object?[] args;
        try
        {
            args = DecodeArguments(definition.Handler, definition.Dynamic, name, job.Attributes.Input?.Payloads_, $"signal '{name}'");
        }
        catch (Exception e)
        {
            Logger.LogError(e, "Dropping signal '{Signal}' of workflow {WorkflowId}: {Problem}", name, Info.WorkflowId, e.Message);
            return;
        }

        var running = _handlers.Running.AddLast(new RunningHandler(name, null, false, definition.UnfinishedPolicy));
        try
        {
            var input = new HandleSignalInput(name, definition, args, job.Attributes.Header?.Fields);
            await RunTopLevelAsync(() => _inbound.HandleSignalAsync(input)).ConfigureAwait(true);
        }
        finally
        {
            _handlers.Running.Remove(running);
        }
    }

    private void ApplyUpdate(ActivationJob.Update job) => _ = Queue(() => HandleUpdateAsync(job));

    private async Task HandleUpdateAsync(ActivationJob.Update job)
    {
        var id = job.Request.Meta.UpdateId;
        var name = job.Request.Input.Name;
        _currentUpdate.Value = new(id, name);
        HandleUpdateInput input;
        try
        {
            input = PrepareUpdate(job, id, name);
        }
        catch (Exception e)
        {
            RejectUpdate(job.ProtocolInstanceId, e);
            return;
        }

        var running = _handlers.Running.AddLast(new RunningHandler(name, id, true, input.Definition.UnfinishedPolicy));
        AddCommand(new WorkflowCommand.UpdateAccepted(job.ProtocolInstanceId));
        var handling = StartUpdate(input);
        if (EndsInline)
        {
            RunInline(handling, _ => _ = EndUpdateAsync(job, input, handling, running));
            return;
        }

        await ((Task)handling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await EndUpdateAsync(job, input, handling, running).ConfigureAwait(true);
    }

    /// <summary>Calls the handler; one that throws before its first await fails like one that throws after it.</summary>
    private Task<object?> StartUpdate(HandleUpdateInput input)
    {
        try
        {
            return _inbound.HandleUpdateAsync(input);
        }
        catch (Exception e)
        {
            return Task.FromException<object?>(e);
        }
    }

    private async Task EndUpdateAsync(
        ActivationJob.Update job, HandleUpdateInput input, Task<object?> handling, LinkedListNode<RunningHandler> running)
    {
        try
        {
            var result = await handling.ConfigureAwait(true);
            var payload = input.Definition.Handler.HasTaskResult ? PayloadConverter.ToPayload(result) : null;
            AddCommand(new WorkflowCommand.UpdateCompleted(job.ProtocolInstanceId, payload, null));
        }
        catch (Exception e) when (IsWorkflowFailure(e))
        {
            AddCommand(new WorkflowCommand.UpdateCompleted(job.ProtocolInstanceId, null, ToFailure(e)));
        }
        catch (Exception e)
        {
            FailTask(e);
        }
        finally
        {
            _handlers.Running.Remove(running);
        }
    }

    private HandleUpdateInput PrepareUpdate(ActivationJob.Update job, string id, string name)
    {
        var definition = _handlers.FindUpdate(name) ?? throw new InvalidOperationException(
            $"Update handler for '{name}' expected but not found, and there is no dynamic handler. Known updates: [{string.Join(" ", _handlers.UpdateNames)}]");
        var payloads = job.Request.Input.Args?.Payloads_;
        var input = new HandleUpdateInput(
            id, name, definition, DecodeArguments(definition.Handler, definition.Dynamic, name, payloads, $"update '{name}'"), job.Request.Input.Header?.Fields);
        if (job.RunValidator)
        {
            RunReadOnly(() => _inbound.ValidateUpdate(input));

            // The handler gets arguments of its own: a validator must not be able to change them.
            input = input with { Args = DecodeArguments(definition.Handler, definition.Dynamic, name, payloads, $"update '{name}'") };
        }

        return input;
    }

    private void RejectUpdate(string protocolInstanceId, Exception reason)
    {
        try
        {
            AddCommand(new WorkflowCommand.UpdateRejected(protocolInstanceId, ToFailure(reason)));
        }
        catch (Exception conversion)
        {
            FailTask(conversion);
        }
    }

    private void ApplyQuery(ActivationJob.Query job) => _ = Queue(() =>
    {
        try
        {
            Payload? answer = null;
            RunReadOnly(() => answer = Answer(job));
            _commands.Add(new WorkflowCommand.QueryAnswer(job.Id, answer, null));
        }
        catch (Exception e)
        {
            _commands.Add(new WorkflowCommand.QueryAnswer(job.Id, null, ToFailure(e)));
        }

        return Task.CompletedTask;
    });

    private Payload Answer(ActivationJob.Query job)
    {
        var name = job.Request.QueryType;
        switch (name)
        {
            case StackTraceQuery:
                return DataConverter.Default.PayloadConverter.ToPayload(StackTraces());
            case MetadataQuery:
                return DataConverter.Default.PayloadConverter.ToPayload(Metadata());
        }

        var definition = _handlers.FindQuery(name) ?? throw new InvalidOperationException(
            $"Query handler for '{name}' expected but not found, known queries: [{string.Join(" ", _handlers.QueryNames)}]");
        var args = DecodeArguments(definition.Handler, definition.Dynamic, name, job.Request.QueryArgs?.Payloads_, $"query '{name}'");
        return PayloadConverter.ToPayload(_inbound.HandleQuery(new(job.Id, name, definition, args, job.Request.Header?.Fields)));
    }

    private WorkflowMetadata Metadata()
    {
        var definition = new Api.Sdk.V1.WorkflowDefinition { Type = Info.WorkflowType };
        definition.SignalDefinitions.AddRange(_handlers.Signals.Values.Select(d => Describe(d.Name, d.Description)));
        definition.QueryDefinitions.AddRange(_handlers.Queries.Values.Select(d => Describe(d.Name, d.Description)));
        definition.UpdateDefinitions.AddRange(_handlers.Updates.Values.Select(d => Describe(d.Name, d.Description)));
        return new() { Definition = definition, CurrentDetails = CurrentDetails };
    }

    private static WorkflowInteractionDefinition Describe(string? name, string? description) =>
        new() { Name = name ?? string.Empty, Description = description ?? string.Empty };

    private object?[] DecodeArguments(HandlerMethod handler, bool isDynamic, string name, IReadOnlyList<Payload>? payloads, string what) => isDynamic
        ? [name, payloads?.Select(p => (IRawValue)new RawValue(p)).ToArray() ?? []]
        : handler.DecodeArguments(payloads ?? [], PayloadConverter, what);

    private void RunReadOnly(Action action)
    {
        var commands = _commands.Count;
        IsReadOnly = true;
        try
        {
            action();
        }
        finally
        {
            IsReadOnly = false;
        }

        if (_commands.Count != commands)
        {
            FailTask(new InvalidOperationException("A query or an update validator made commands."));
        }
    }
}
