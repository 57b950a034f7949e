using Temporal.DevServer.Matching;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Tests.Matching;

public sealed class TaskQueuesTests
{
    private static readonly QueueKey Sticky = new("ns", "sticky", TaskQueueType.Workflow, IsSticky: true);
    private static readonly QueueKey Normal = new("ns", "tq", TaskQueueType.Workflow, IsSticky: false);
    private readonly TaskQueues _queues = new(TimeProvider.System);

    [Fact]
    public async Task Offer_ToAStickyQueueWhoseWorkerWentAway_GoesToTheNormalOne_EvenIfItPollsOnceMore()
    {
        using var ends = new CancellationTokenSource();
        var waiting = _queues.TakeAsync(Sticky, new PollerIdentity("worker", "instance"), ends.Token);
        _queues.Shutdown("ns", "instance", "sticky");
        Assert.Null(await waiting);

        // A second worker instance on the same name does not bring the queue back either.
        var zombie = _queues.TakeAsync(Sticky, new PollerIdentity("worker", ""), ends.Token);
        _queues.Offer(New());
        Assert.NotNull(await _queues.TakeAsync(Normal, new PollerIdentity("other", "other"), ends.Token));
        Assert.False(zombie.IsCompleted);
        await ends.CancelAsync();
        Assert.Null(await zombie);
    }

    [Fact]
    public async Task TakeAsync_OfAnInstanceThatWasShutDown_GetsNothing()
    {
        _queues.Shutdown("ns", "instance", "");
        _queues.Offer(New());
        Assert.Null(await _queues.TakeAsync(Normal, new PollerIdentity("worker", "instance"), CancellationToken.None));
        Assert.NotNull(await _queues.TakeAsync(Normal, new PollerIdentity("worker", "another"), CancellationToken.None));
    }

    [Fact]
    public async Task Configure_OfAZeroRate_HoldsTasksBackUntilItIsLifted()
    {
        var queue = _queues.Get(Normal);
        queue.Configure(new() { QueueRateLimit = new() { RateLimit = new() { RequestsPerSecond = 0 } } });
        var waiting = _queues.TakeAsync(Normal, new PollerIdentity("worker", "a"), CancellationToken.None);
        _queues.Offer(New());
        Assert.False(waiting.IsCompleted);
        queue.Configure(new());
        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task Configure_OfAKeyLimit_LetsOtherKeysPass()
    {
        _queues.Get(Normal).Configure(new() { FairnessKeysRateLimitDefault = new() { RateLimit = new() { RequestsPerSecond = 1 } } });
        _queues.Offer(New() with { WorkflowId = "a1", FairnessKey = "a" });
        _queues.Offer(New() with { WorkflowId = "a2", FairnessKey = "a" });
        _queues.Offer(New() with { WorkflowId = "b1", FairnessKey = "b" });
        var order = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            order.Add((await _queues.TakeAsync(Normal, new PollerIdentity("worker", "x"), CancellationToken.None))!.Value.Task.WorkflowId);
        }

        Assert.Equal(["a1", "b1", "a2"], order);
    }

    private static QueueTask New() => new()
    {
        Kind = QueueTaskKind.Workflow,
        NamespaceId = "ns",
        WorkflowId = "wf",
        RunId = "run",
        Queue = "tq",
        StickyQueue = "sticky",
        Created = DateTime.UtcNow,
    };
}
