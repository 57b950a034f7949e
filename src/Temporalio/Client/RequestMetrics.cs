using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Runtime.Metrics;

namespace Temporalio.Client;

/// <summary>Counts a connection's calls, each try of its own, by procedure, namespace and task queue.</summary>
internal sealed class RequestMetrics(SdkMetrics metrics)
{
    private readonly ConcurrentDictionary<(string Operation, string? Namespace, string? TaskQueue, bool Long), Instruments> _instruments = new();

    /// <summary>A call begins; says when it ends.</summary>
    public Call Begin(string operation, string? namespaceName, IMessage request)
    {
        var place = (operation, namespaceName, TaskQueueOf(request), RpcTimeouts.For(operation, request) == RpcTimeouts.LongPoll);
        var instruments = _instruments.GetOrAdd(place, static (key, all) => new(all, key.Operation, key.Namespace, key.TaskQueue, key.Long), metrics);
        instruments.Count.Add(1);
        return new(instruments, Stopwatch.GetTimestamp());
    }

    // Not by the messages' descriptors: making those costs a cold start a tenth of a second.
    private static string? TaskQueueOf(IMessage request) => request switch
    {
        PollWorkflowTaskQueueRequest poll => NameOf(poll.TaskQueue),
        PollActivityTaskQueueRequest poll => NameOf(poll.TaskQueue),
        StartWorkflowExecutionRequest start => NameOf(start.TaskQueue),
        SignalWithStartWorkflowExecutionRequest start => NameOf(start.TaskQueue),
        DescribeTaskQueueRequest describe => NameOf(describe.TaskQueue),
        ShutdownWorkerRequest { TaskQueue.Length: > 0 } shutdown => shutdown.TaskQueue,
        _ => null,
    };

    private static string? NameOf(TaskQueue? queue) => queue switch
    {
        { NormalName.Length: > 0 } sticky => sticky.NormalName,
        { Name.Length: > 0 } => queue.Name,
        _ => null,
    };

    /// <summary>A call under way.</summary>
    public readonly struct Call
    {
        private readonly Instruments _instruments;
        private readonly long _began;

        internal Call(Instruments instruments, long began) => (_instruments, _began) = (instruments, began);

        /// <summary>The call has ended.</summary>
        /// <param name="failure">What it failed with; null when it did not.</param>
        public void End(RpcException.StatusCode? failure)
        {
            _instruments.Latency.Record(Stopwatch.GetElapsedTime(_began));

            // A long poll that brings nothing, or that nobody waits for any more, has not failed.
            if (failure is { } code && !(_instruments.IsLong && code is RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Cancelled))
            {
                _instruments.Failures(code).Add(1);
            }
        }
    }

    /// <summary>The metrics of one procedure, namespace and task queue.</summary>
    internal sealed class Instruments
    {
        private readonly ConcurrentDictionary<RpcException.StatusCode, MetricCounter<long>> _failures = new();
        private readonly MetricCounter<long> _failure;

        internal Instruments(SdkMetrics metrics, string operation, string? namespaceName, string? taskQueue, bool isLong)
        {
            var tags = new List<KeyValuePair<string, object>> { new("operation", operation) };
            if (namespaceName is not null)
            {
                tags.Add(new("namespace", namespaceName));
            }

            if (taskQueue is not null)
            {
                tags.Add(new("task_queue", taskQueue));
            }

            IsLong = isLong;
            Count = (isLong ? metrics.LongRequest : metrics.Request).WithTags(tags);
            Latency = (isLong ? metrics.LongRequestLatency : metrics.RequestLatency).WithTags(tags);
            _failure = (isLong ? metrics.LongRequestFailure : metrics.RequestFailure).WithTags(tags);
        }

        internal bool IsLong { get; }

        internal MetricCounter<long> Count { get; }

        internal MetricHistogram<TimeSpan> Latency { get; }

        internal MetricCounter<long> Failures(RpcException.StatusCode code) =>
            _failures.GetOrAdd(code, static (c, failure) => failure.WithTags([new("status_code", NameOf(c))]), _failure);

        // NotFound is known as NOT_FOUND.
        private static string NameOf(RpcException.StatusCode code) =>
            string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));
    }
}
