using Temporalio.Api.Failure.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>Signals and cancel requests to other workflows whose delivery workflow code waits for.</summary>
internal sealed class ExternalCalls(WorkflowInstance instance)
{
    private readonly Dictionary<uint, SignalCall> _signals = [];
    private readonly Dictionary<uint, TaskCompletionSource> _cancels = [];
    private uint _lastSignal;
    private uint _lastCancel;

    /// <summary>Signals a child.</summary>
    public Task SignalChildAsync(SignalChildWorkflowInput input) =>
        SignalAsync(input.Id, null, true, input.Signal, input.Args, input.Headers, input.Options?.CancellationToken);

    /// <summary>Signals another workflow.</summary>
    public Task SignalAsync(SignalExternalWorkflowInput input) =>
        SignalAsync(input.Id, input.RunId, false, input.Signal, input.Args, input.Headers, input.Options?.CancellationToken);

    /// <summary>Asks another workflow to cancel.</summary>
    public Task CancelAsync(CancelExternalWorkflowInput input)
    {
        instance.ThrowIfReadOnly();
        var seq = ++_lastCancel;
#pragma warning disable CS0612 // Every SDK still sends the namespace.
        instance.AddCommand(new WorkflowCommand.CancelExternal(
            seq,
            new()
            {
                Namespace = instance.Info.Namespace,
                WorkflowId = input.Id,
                RunId = input.RunId ?? string.Empty,
                Reason = $"Cancel requested by workflow with run id {instance.Info.RunId} with reason: ",
            }));
#pragma warning restore CS0612
        var source = new TaskCompletionSource();
        _cancels.Add(seq, source);
        instance.Track(source.Task);
        return source.Task;
    }

    /// <summary>A signal was delivered, or not.</summary>
    public void ResolveSignal(ActivationJob.ResolveSignalExternal job)
    {
        if (_signals.Remove(job.Seq, out var call))
        {
            call.End(job.Failure);
        }
    }

    /// <summary>A cancel request was delivered, or not.</summary>
    public void ResolveCancel(ActivationJob.ResolveCancelExternal job)
    {
        if (_cancels.Remove(job.Seq, out var source))
        {
            End(source, job.Failure);
        }
    }

    private void End(TaskCompletionSource source, Failure? failure)
    {
        if (failure is null)
        {
            source.TrySetResult();
        }
        else
        {
            source.TrySetException(instance.ToException(failure));
        }
    }

    private Task SignalAsync(
        string id, string? runId, bool isChild, string signal, IReadOnlyCollection<object?> args,
        IDictionary<string, Api.Common.V1.Payload>? headers, CancellationToken? cancellationToken)
    {
        instance.ThrowIfReadOnly();
        var token = cancellationToken ?? instance.CancellationToken;
        if (token.IsCancellationRequested)
        {
            return Task.FromException(new CanceledFailureException("Signal cancelled before scheduled"));
        }

        var seq = ++_lastSignal;
#pragma warning disable CS0612 // Every SDK still sends the namespace.
        instance.AddCommand(new WorkflowCommand.SignalExternal(seq, new()
        {
            Namespace = instance.Info.Namespace,
            Execution = new() { WorkflowId = id, RunId = runId ?? string.Empty },
            SignalName = signal,
            Input = Wire.Payloads(instance.ConverterForWorkflow(id).PayloadConverter, args),
            Header = Wire.Header(headers),
            ChildWorkflowOnly = isChild,
        }));
#pragma warning restore CS0612
        var call = new SignalCall(this, seq, token);
        _signals.Add(seq, call);
        call.Watch();
        instance.Track(call.Source.Task);
        return call.Source.Task;
    }

    private WorkflowInstance Instance => instance;

    private sealed class SignalCall(ExternalCalls owner, uint seq, CancellationToken token)
    {
        private CancellationTokenRegistration _registration;

        public TaskCompletionSource Source { get; } = new();

        public void Watch()
        {
            if (token.CanBeCanceled)
            {
                _registration = token.UnsafeRegister(static state => ((SignalCall)state!).Cancel(), this);
            }
        }

        public void End(Failure? failure)
        {
            _registration.Dispose();
            owner.End(Source, failure);
        }

        private void Cancel()
        {
            if (owner._signals.ContainsKey(seq))
            {
                owner.Instance.AddCommand(new WorkflowCommand.CancelSignalExternal(seq));
            }
        }
    }
}
