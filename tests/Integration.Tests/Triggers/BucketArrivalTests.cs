using System.Text;
using Lakehouse.ObjectStores.S3;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit.S3;

namespace Integration.Tests.Triggers;

/// <summary>Objects that arrive in a bucket.</summary>
public sealed class BucketArrivalTests
{
    [Fact]
    public async Task Arrivals_InABucket_StartRunsByListingAndByTheBucketsOwnEvents()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["in"] });
        using var store = new S3ObjectStore(new S3StoreOptions { Bucket = "in", Endpoint = server.Address, Region = "us-east-1", PathStyle = true }, "testaccess:testsecret123");
        using var bench = new TriggerBench(
            "triggers: {arrival: {files: {poll: 6h, notifications: notices}}}",
            TimeProvider.System.GetUtcNow(),
            path: server.Location("in/all orders/{yyyy}-{MM}-{dd}.csv"));
        await store.PutAsync("all orders/2025-12-31.csv", Encoding.UTF8.GetBytes("id\n1\n"));
        await bench.WithAsync(async () =>
        {
            await bench.Server.Client.StartWorkflowAsync("Trigger", [new TriggerRequest(TriggerBench.Pipeline)], new(bench.Trigger.Id, Orchestration.OrchestrationServer.Queue));
            await bench.UntilAsync(() => bench.Began.Length == 1, "the day that the listing finds");
            await bench.IdleAsync();

            // As the service writes it: keys as forms write them.
            await store.PutAsync("all orders/2026-01-01.csv", Encoding.UTF8.GetBytes("id\n2\n"));
            bench.Notice("event.json", """{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"in"},"object":{"key":"all+orders/2026-01-01.csv","size":5}}}]}""");
            await bench.ToTimerAsync();
            await bench.UntilAsync(() => bench.Began.Length == 2, "the day that an event tells of");
        });

        Assert.Equal(["2025-12-31", "2026-01-01"], bench.Began);
    }
}
