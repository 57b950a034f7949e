using Google.Protobuf;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Tests.Fakes;
using Temporalio.Worker.Tuning;

namespace Temporalio.Tests.Client;

public sealed class EagerStartTests
{
    [Fact]
    public async Task StartWorkflow_WorkerHasRoom_GetsTheFirstTaskWithTheAnswer()
    {
        await using var server = Server(givesTask: true);
        var client = await server.ConnectAsync();
        var worker = new Worker(room: true);
        using var offer = ((TemporalConnection)client.Connection).EagerStarts.Offer("default", "queue", worker);

        await client.StartWorkflowAsync("Load", [], new("id", "queue") { RequestEagerStart = true });

        Assert.True(server.Last<StartWorkflowExecutionRequest>().RequestEagerExecution);
        Assert.Equal("token", Assert.Single(worker.Ran).TaskToken.ToStringUtf8());
        Assert.Equal(0, worker.Released);
    }

    [Fact]
    public async Task StartWorkflow_ServerGivesNoTask_GivesThePlaceBack()
    {
        await using var server = Server(givesTask: false);
        var client = await server.ConnectAsync();
        var worker = new Worker(room: true);
        using var offer = ((TemporalConnection)client.Connection).EagerStarts.Offer("default", "queue", worker);

        await client.StartWorkflowAsync("Load", [], new("id", "queue") { RequestEagerStart = true });

        Assert.Empty(worker.Ran);
        Assert.Equal(1, worker.Released);
    }

    [Theory]
    [InlineData("queue", false, true, false)]
    [InlineData("other", true, true, false)]
    [InlineData("queue", true, false, false)]
    [InlineData("queue", true, true, true)]
    public async Task StartWorkflow_NoWorkerOrNoWish_AsksForNoTask(string queue, bool room, bool wish, bool stopped)
    {
        await using var server = Server(givesTask: false);
        var client = await server.ConnectAsync();
        var offer = ((TemporalConnection)client.Connection).EagerStarts.Offer("default", queue, new Worker(room));
        if (stopped)
        {
            offer.Dispose();
        }

        await client.StartWorkflowAsync("Load", [], new("id", "queue") { RequestEagerStart = wish });

        Assert.False(server.Last<StartWorkflowExecutionRequest>().RequestEagerExecution);
    }

    private static FakeFrontend Server(bool givesTask) => new FakeFrontend().OnStart(_ => new()
    {
        RunId = "run",
        EagerWorkflowTask = givesTask ? new() { TaskToken = ByteString.CopyFromUtf8("token") } : null,
    });

    private sealed class Worker(bool room) : IEagerStartWorker
    {
        public List<PollWorkflowTaskQueueResponse> Ran { get; } = [];

        public int Released { get; private set; }

        public Api.Deployment.V1.WorkerDeploymentOptions? DeploymentOptions => null;

        public SlotPermit? TryReserveStart() => room ? new() : null;

        public void ReleaseStart(SlotPermit permit) => Released++;

        public void RunStart(PollWorkflowTaskQueueResponse task, SlotPermit permit) => Ran.Add(task);
    }
}
