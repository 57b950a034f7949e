using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>Child workflows that workflow code waits for: first for their start, then for their end.</summary>
internal sealed class ChildCalls(WorkflowInstance instance)
{
    private readonly Dictionary<uint, Call> _pending = [];
    private uint _last;

    /// <summary>Starts a child.</summary>
    public async Task<ChildWorkflowHandle<TWorkflow, TResult>> StartAsync<TWorkflow, TResult>(StartChildWorkflowInput input)
    {
        instance.ThrowIfReadOnly();
        var options = input.Options;
        var token = options.CancellationToken ?? instance.CancellationToken;
        if (token.IsCancellationRequested)
        {
            throw new CanceledFailureException("Child cancelled before scheduled");
        }

        var seq = ++_last;
        var id = options.Id ?? instance.Random.NextGuid().ToString();
        var converter = instance.ConverterForWorkflow(id);
        instance.AddCommand(new WorkflowCommand.StartChild(
            seq, Attributes(input, id, converter.PayloadConverter), options.CancellationType,
            Wire.Metadata(converter.PayloadConverter, options.StaticSummary, options.StaticDetails)));
        var call = new Call(this, seq, id, input.Workflow, token, converter);
        _pending.Add(seq, call);
        call.Watch();
        instance.Track(call.Started.Task);
        var runId = await call.Started.Task.ConfigureAwait(true);
        return new Handle<TWorkflow, TResult>(instance, call, runId);
    }

    /// <summary>A child started, or did not.</summary>
    public void ResolveStart(ActivationJob.ResolveChildStart job)
    {
        if (!_pending.TryGetValue(job.Seq, out var call))
        {
            return;
        }

        if (job.RunId is { } runId)
        {
            call.Started.TrySetResult(runId);
            return;
        }

        _pending.Remove(job.Seq);
        call.Unwatch();
        call.Started.TrySetException(call.StartFailure(job));
    }

    /// <summary>A child ended.</summary>
    public void Resolve(ActivationJob.ResolveChild job)
    {
        if (_pending.Remove(job.Seq, out var call))
        {
            call.Unwatch();
            call.Ended.TrySetResult(job);
        }
    }

    private StartChildWorkflowExecutionCommandAttributes Attributes(StartChildWorkflowInput input, string id, IPayloadConverter converter)
    {
        var options = input.Options;
#pragma warning disable CS0612 // Every SDK still sends the namespace and the build id wish.
        return new()
        {
            Namespace = instance.Info.Namespace,
            WorkflowId = id,
            WorkflowType = new() { Name = input.Workflow },
            TaskQueue = Wire.Queue(options.TaskQueue ?? instance.Info.TaskQueue),
            Input = Wire.Payloads(converter, input.Args),
            WorkflowExecutionTimeout = Wire.Span(options.ExecutionTimeout),
            WorkflowRunTimeout = Wire.Span(options.RunTimeout),
            WorkflowTaskTimeout = Wire.Span(options.TaskTimeout),
            ParentClosePolicy = (Api.Enums.V1.ParentClosePolicy)options.ParentClosePolicy,
            WorkflowIdReusePolicy = options.IdReusePolicy,
            RetryPolicy = options.RetryPolicy?.ToProto(),
            CronSchedule = options.CronSchedule ?? string.Empty,
            Header = Wire.Header(input.Headers),
            Memo = options.Memo is { } memo ? Wire.Memo(converter, memo) : null,
            SearchAttributes = options.TypedSearchAttributes?.ToProto(),
            InheritBuildId = true,
            Priority = options.Priority?.ToProto(),
        };
#pragma warning restore CS0612
    }

    private WorkflowInstance Instance => instance;

    internal sealed class Call(ChildCalls owner, uint seq, string id, string type, CancellationToken token, DataConverter converter)
    {
        private CancellationTokenRegistration _registration;

        public string Id => id;

        public DataConverter Converter => converter;

        public TaskCompletionSource<string> Started { get; } = new();

        public TaskCompletionSource<ActivationJob.ResolveChild> Ended { get; } = new();

        public void Watch()
        {
            if (token.CanBeCanceled)
            {
                _registration = token.UnsafeRegister(static state => ((Call)state!).Cancel(), this);
            }
        }

        public void Unwatch() => _registration.Dispose();

        public Exception StartFailure(ActivationJob.ResolveChildStart job)
        {
            if (job.CanceledFailure is { } canceled)
            {
                return converter.FailureConverter.ToException(canceled, converter.PayloadConverter);
            }

            return job.FailedCause == StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists
                ? new WorkflowAlreadyStartedException($"Child workflow '{type}' with id '{id}' is already started", id, type, "<unknown>")
                : new InvalidOperationException($"Child workflow '{type}' with id '{id}' could not be started: {job.FailedCause}");
        }

        private void Cancel()
        {
            if (owner._pending.ContainsKey(seq))
            {
                owner.Instance.AddCommand(new WorkflowCommand.CancelChild(seq));
            }
        }
    }

    private sealed class Handle<TWorkflow, TResult>(WorkflowInstance instance, Call call, string runId) : ChildWorkflowHandle<TWorkflow, TResult>
    {
        public override string Id => call.Id;

        public override string FirstExecutionRunId => runId;

        public override async Task<TAny> GetResultAsync<TAny>()
        {
            instance.Track(call.Ended.Task);
            var end = await call.Ended.Task.ConfigureAwait(true);
            if (end.Failure is { } failure)
            {
                throw call.Converter.FailureConverter.ToException(failure, call.Converter.PayloadConverter);
            }

            return Results.Read<TAny>(end.Result, call.Converter.PayloadConverter);
        }

        public override Task SignalAsync(string signal, IReadOnlyCollection<object?> args, ChildWorkflowSignalOptions? options = null) =>
            instance.Outbound.SignalChildWorkflowAsync(new(Id, signal, args, options, null));
    }
}
