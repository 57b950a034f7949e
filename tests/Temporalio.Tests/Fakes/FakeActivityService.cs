using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Temporalio.Tests.Fakes;

/// <summary>A service port that hands out tasks given by a test and keeps what is reported.</summary>
internal sealed class FakeActivityService : IActivityServicePort
{
    private readonly Channel<PollActivityTaskQueueResponse> _tasks = Channel.CreateUnbounded<PollActivityTaskQueueResponse>();
    private readonly Channel<IMessage> _outcomes = Channel.CreateUnbounded<IMessage>();

    public ConcurrentQueue<PollActivityTaskQueueRequest> Polls { get; } = [];

    public ConcurrentQueue<RecordActivityTaskHeartbeatRequest> Heartbeats { get; } = [];

    public Func<RecordActivityTaskHeartbeatResponse> OnHeartbeat { get; set; } = () => new();

    public Func<Exception?> OnPoll { get; set; } = () => null;

    public static PollActivityTaskQueueResponse Task(string type, params object?[] args) => new()
    {
        TaskToken = ByteString.CopyFromUtf8(Guid.NewGuid().ToString()),
        WorkflowNamespace = "default",
        WorkflowType = new() { Name = "Wf" },
        WorkflowExecution = new() { WorkflowId = "wf", RunId = "run" },
        ActivityType = new() { Name = type },
        ActivityId = "1",
        Attempt = 1,
        Input = new Payloads { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayloads(args) } },
        ScheduledTime = Timestamp.FromDateTime(DateTime.UnixEpoch),
        StartedTime = Timestamp.FromDateTime(DateTime.UnixEpoch),
        StartToCloseTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(10)),
    };

    public void Offer(PollActivityTaskQueueResponse task) => _tasks.Writer.TryWrite(task);

    public async Task<T> OutcomeAsync<T>()
        where T : IMessage => Assert.IsType<T>(await _outcomes.Reader.ReadAsync().AsTask().InTimeAsync());

    public async Task<PollActivityTaskQueueResponse> PollActivityTaskAsync(PollActivityTaskQueueRequest request, CancellationToken cancellationToken)
    {
        Polls.Enqueue(request);
        if (OnPoll() is { } error)
        {
            throw error;
        }

        return await _tasks.Reader.ReadAsync(cancellationToken);
    }

    public Task<RecordActivityTaskHeartbeatResponse> HeartbeatAsync(RecordActivityTaskHeartbeatRequest request, CancellationToken cancellationToken)
    {
        Heartbeats.Enqueue(request);
        return System.Threading.Tasks.Task.FromResult(OnHeartbeat());
    }

    public Task CompleteAsync(RespondActivityTaskCompletedRequest request, CancellationToken cancellationToken) => Keep(request);

    public Task FailAsync(RespondActivityTaskFailedRequest request, CancellationToken cancellationToken) => Keep(request);

    public Task CancelAsync(RespondActivityTaskCanceledRequest request, CancellationToken cancellationToken) => Keep(request);

    public bool Reported => _outcomes.Reader.Count > 0;

    private Task Keep(IMessage outcome)
    {
        _outcomes.Writer.TryWrite(outcome);
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
