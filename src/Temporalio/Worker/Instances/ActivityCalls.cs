using System.Globalization;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>Activities that workflow code waits for.</summary>
internal sealed class ActivityCalls(WorkflowInstance instance)
{
    private readonly Dictionary<uint, Call> _pending = [];
    private uint _last;

    /// <summary>Schedules an activity.</summary>
    public Task<TResult> ScheduleAsync<TResult>(ScheduleActivityInput input)
    {
        instance.ThrowIfReadOnly();
        var options = input.Options;
        RequireTimeout(input.Activity, options.StartToCloseTimeout, options.ScheduleToCloseTimeout);
        var token = options.CancellationToken ?? instance.CancellationToken;
        if (token.IsCancellationRequested)
        {
            return Task.FromException<TResult>(new CanceledFailureException("Activity cancelled before scheduled"));
        }

        var seq = ++_last;
        var id = options.ActivityId ?? seq.ToString(CultureInfo.InvariantCulture);
        var converter = instance.ConverterForActivity(id, input.Activity, options.TaskQueue, isLocal: false);
        var sameQueue = options.TaskQueue is null || options.TaskQueue == instance.Info.TaskQueue;
        var attributes = new ScheduleActivityTaskCommandAttributes
        {
            ActivityId = id,
            ActivityType = new() { Name = input.Activity },
            TaskQueue = Wire.Queue(options.TaskQueue ?? instance.Info.TaskQueue),
            Header = Wire.Header(input.Headers),
            Input = Wire.Payloads(converter.PayloadConverter, input.Args),
            ScheduleToCloseTimeout = Wire.Span(options.ScheduleToCloseTimeout),
            ScheduleToStartTimeout = Wire.Span(options.ScheduleToStartTimeout),
            StartToCloseTimeout = Wire.Span(options.StartToCloseTimeout),
            HeartbeatTimeout = Wire.Span(options.HeartbeatTimeout),
            RetryPolicy = options.RetryPolicy?.ToProto(),
            RequestEagerExecution = sameQueue && !options.DisableEagerActivityExecution && !instance.DisableEagerActivities,
            UseWorkflowBuildId = sameQueue,
            Priority = options.Priority?.ToProto(),
        };
        instance.AddCommand(new WorkflowCommand.ScheduleActivity(
            seq, attributes, options.CancellationType, Wire.Metadata(instance.PayloadConverter, options.Summary)));
        return Wait<TResult>(new(this, seq, false, token, converter));
    }

    /// <summary>Schedules a local activity.</summary>
    public Task<TResult> ScheduleLocalAsync<TResult>(ScheduleLocalActivityInput input)
    {
        instance.ThrowIfReadOnly();
        var options = input.Options;
        RequireTimeout(input.Activity, options.StartToCloseTimeout, options.ScheduleToCloseTimeout);
        instance.RequireLocalActivity(input.Activity);
        var token = options.CancellationToken ?? instance.CancellationToken;
        return token.IsCancellationRequested
            ? Task.FromException<TResult>(new CanceledFailureException("Activity cancelled before scheduled"))
            : RunLocalAsync<TResult>(input, token);
    }

    /// <summary>An activity ended.</summary>
    public void Resolve(ActivationJob.ResolveActivity job)
    {
        if (_pending.Remove(job.Seq, out var call))
        {
            call.End(job);
        }
    }

    private static void RequireTimeout(string activity, TimeSpan? startToClose, TimeSpan? scheduleToClose)
    {
        if (startToClose is null && scheduleToClose is null)
        {
            throw new ArgumentException(
                $"Activity options must have StartToCloseTimeout or ScheduleToCloseTimeout, activity '{activity}' has neither.");
        }
    }

    /// <summary>A local activity may come back asking for a pause; each attempt after one is a new command.</summary>
    private async Task<TResult> RunLocalAsync<TResult>(ScheduleLocalActivityInput input, CancellationToken token)
    {
        var attempt = 1;
        DateTime? originalTime = null;
        while (true)
        {
            var seq = ++_last;
            var id = input.Options.ActivityId ?? seq.ToString(CultureInfo.InvariantCulture);
            var converter = instance.ConverterForActivity(id, input.Activity, null, isLocal: true);
            instance.AddCommand(new WorkflowCommand.ScheduleLocalActivity
            {
                Seq = seq,
                ActivityId = id,
                ActivityType = input.Activity,
                Input = (IReadOnlyList<Payload>?)Wire.Payloads(converter.PayloadConverter, input.Args)?.Payloads_ ?? [],
                Headers = input.Headers is { } headers ? new Dictionary<string, Payload>(headers) : [],
                Options = input.Options,
                Attempt = attempt,
                OriginalScheduleTime = originalTime,
                Metadata = Wire.Metadata(instance.PayloadConverter, input.Options.Summary),
            });
            var call = new Call(this, seq, true, token, converter);
            var end = await WaitEndAsync(call).ConfigureAwait(true);
            if (end.EndedAs != ActivationJob.Ending.Backoff)
            {
                return call.ResultOf<TResult>(end);
            }

            attempt = end.Attempt;
            originalTime = end.OriginalScheduleTime;
            await instance.Outbound.DelayAsync(new(end.Backoff, token, null)).ConfigureAwait(true);
        }
    }

    private async Task<TResult> Wait<TResult>(Call call) => call.ResultOf<TResult>(await WaitEndAsync(call).ConfigureAwait(true));

    private Task<ActivationJob.ResolveActivity> WaitEndAsync(Call call)
    {
        _pending.Add(call.Seq, call);
        call.Watch();
        instance.Track(call.Source.Task);
        return call.Source.Task;
    }

    private sealed class Call(ActivityCalls owner, uint seq, bool local, CancellationToken token, DataConverter converter)
    {
        private CancellationTokenRegistration _registration;

        public uint Seq => seq;

        public TaskCompletionSource<ActivationJob.ResolveActivity> Source { get; } = new();

        public void Watch()
        {
            if (token.CanBeCanceled)
            {
                _registration = token.UnsafeRegister(static state => ((Call)state!).Cancel(), this);
            }
        }

        public void End(ActivationJob.ResolveActivity job)
        {
            _registration.Dispose();
            Source.TrySetResult(job);
        }

        public TResult ResultOf<TResult>(ActivationJob.ResolveActivity job)
        {
            if (job.Failure is { } failure)
            {
                throw converter.FailureConverter.ToException(failure, converter.PayloadConverter);
            }

            return Results.Read<TResult>(job.Result, converter.PayloadConverter);
        }

        private void Cancel()
        {
            if (owner._pending.ContainsKey(seq))
            {
                owner.Instance.AddCommand(new WorkflowCommand.CancelActivity(seq, local));
            }
        }
    }

    private WorkflowInstance Instance => instance;
}
