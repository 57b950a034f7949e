using System.Text;
using Google.Protobuf;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Samples;

/// <summary>What the codec of the guide reaches: activities, local ones, children, memos, summaries, details of failures.</summary>
public sealed class EncryptionReachTests(SdkServer server) : IClassFixture<SdkServer>
{
    private const string Secret = "the-secret-word";

    private static readonly Dictionary<string, byte[]> Keys = new()
    {
        ["2026"] = Encoding.ASCII.GetBytes("fedcba9876543210fedcba9876543210"),
    };

    [Fact]
    public async Task History_OfEverythingThatCarriesData_HoldsNoClearText()
    {
        var client = Client(new EncryptionCodec(Keys, "2026"));
        await WithWorkerAsync(client, async queue =>
        {
            var options = SdkServer.Options(queue);
            options.Memo = new Dictionary<string, object> { ["note"] = Secret };
            options.StaticSummary = Secret;
            var handle = await client.StartWorkflowAsync((Guarded wf) => wf.RunAsync(Secret), options);
            Assert.Equal(Secret, await handle.QueryAsync(wf => wf.Ask(Secret)));
            Assert.Equal(Secret, await handle.ExecuteUpdateAsync(wf => wf.UpdateAsync(Secret)));
            var refused = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.FailAsync(Secret)));
            Assert.Equal(Secret, refused.InnerException!.Message);
            Assert.Equal(Secret, ((ApplicationFailureException)refused.InnerException).Details.ElementAt<string>(0));
            await handle.SignalAsync(wf => wf.SignalAsync(Secret));
            Assert.Equal(Secret + Secret + Secret, await handle.GetResultAsync());

            var description = await handle.DescribeAsync();
            Assert.Equal((Secret, Secret), (await description.Memo["note"].ToValueAsync<string>(), await description.GetStaticSummaryAsync()));
            var history = await handle.FetchHistoryAsync();
            Assert.All(history.Events, e => Assert.DoesNotContain(Secret, e.ToByteString().ToStringUtf8()));
            Assert.Equal("2026", history.Events.First().WorkflowExecutionStartedEventAttributes.Input.Payloads_[0].Metadata["encryption-key-id"].ToStringUtf8());
        });
    }

    private TemporalClient Client(IPayloadCodec codec)
    {
        var options = (TemporalClientOptions)server.Client.Options.Clone();
        options.DataConverter = DataConverter.Default with
        {
            PayloadCodec = codec,
            FailureConverter = new DefaultFailureConverter.WithEncodedCommonAttributes(),
        };
        return new(server.Client.Connection, options);
    }

    private static async Task WithWorkerAsync(TemporalClient client, Func<string, Task> body)
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue).AddWorkflow<Guarded>().AddWorkflow<GuardedChild>().AddAllActivities(typeof(Acts), null));
        await worker.ExecuteAsync(() => body(queue).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Workflow]
    public sealed class Guarded
    {
        private string? _signal;

        [WorkflowRun]
        public async Task<string> RunAsync(string secret)
        {
            await Workflow.WaitConditionAsync(() => _signal is not null);
            Workflow.UpsertMemo(MemoUpdate.ValueSet("later", secret));
            var times = new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(30), Summary = secret };
            var remote = await Workflow.ExecuteActivityAsync(() => Acts.Echo(secret), times);
            var local = await Workflow.ExecuteLocalActivityAsync(() => Acts.Echo(secret), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
            return remote + local + await Workflow.ExecuteChildWorkflowAsync((GuardedChild wf) => wf.RunAsync(secret));
        }

        [WorkflowSignal]
        public Task SignalAsync(string secret)
        {
            _signal = secret;
            return Task.CompletedTask;
        }

        [WorkflowQuery]
        public string Ask(string secret) => secret;

        [WorkflowUpdate]
        public Task<string> UpdateAsync(string secret) => Task.FromResult(secret);

        [WorkflowUpdate]
        public Task FailAsync(string secret) => throw new ApplicationFailureException(secret, "Refused", details: [secret]);
    }

    [Workflow]
    public sealed class GuardedChild
    {
        [WorkflowRun]
        public Task<string> RunAsync(string secret) => Task.FromResult(secret);
    }

    public static class Acts
    {
        [Activity]
        public static string Echo(string secret) => secret;
    }
}
