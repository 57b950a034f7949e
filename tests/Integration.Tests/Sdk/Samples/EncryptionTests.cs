using System.Security.Cryptography;
using Google.Protobuf;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Samples;

/// <summary>The sample of the guide on payload encryption does what the guide says.</summary>
public sealed class EncryptionTests(SdkServer server) : IClassFixture<SdkServer>
{
    private const string Secret = "4000 0012 3456 7899";
    private static readonly Dictionary<string, byte[]> Keys = new(StringComparer.Ordinal)
    {
        ["2026-01"] = RandomNumberGenerator.GetBytes(32),
        ["2026-02"] = RandomNumberGenerator.GetBytes(32),
    };

    [Fact]
    public async Task History_OfAnEncryptedWorkflow_HoldsNoPlainText()
    {
        var client = ClientWith("2026-01");
        var history = await RunAsync(client, async handle =>
        {
            Assert.Equal(Secret, await handle.QueryAsync(w => w.Number()));
            Assert.Equal(Secret + "!", await handle.ExecuteUpdateAsync(w => w.NoteAsync(Secret)));
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            Assert.Equal($"no such card: {Secret}", Assert.IsType<ApplicationFailureException>(failed.InnerException).Message);
        });

        Assert.DoesNotContain(Secret, history.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Concat(history.Events.Select(e => e.ToByteString().ToStringUtf8())), StringComparison.Ordinal);
        Assert.All(
            history.Events.SelectMany(e => e.WorkflowExecutionStartedEventAttributes?.Input.Payloads_ ?? []),
            p => Assert.Equal("2026-01", p.Metadata["encryption-key-id"].ToStringUtf8()));
    }

    [Fact]
    public async Task History_OfAnOlderKey_ReplaysAfterARotation()
    {
        var history = await RunAsync(ClientWith("2026-01"), handle => Assert.ThrowsAsync<WorkflowFailedException>(async () =>
        {
            await handle.ExecuteUpdateAsync(w => w.NoteAsync(Secret));
            await handle.GetResultAsync();
        }));

        var rotated = await ReplayAsync(history, Converter("2026-02", Keys));
        var lost = await ReplayAsync(history, Converter("2026-02", new Dictionary<string, byte[]> { ["2026-02"] = Keys["2026-02"] }));

        Assert.Null(rotated);
        Assert.Contains("key '2026-01'", lost!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_ChangedPayload_IsRefused()
    {
        var codec = new EncryptionCodec(Keys, "2026-01");
        var payload = (await codec.EncodeAsync([await DataConverter.Default.ToPayloadAsync(Secret)])).Single().Clone();
        var bytes = payload.Data.ToByteArray();
        bytes[^20] ^= 1;
        payload.Data = ByteString.CopyFrom(bytes);

        await Assert.ThrowsAnyAsync<CryptographicException>(() => codec.DecodeAsync([payload]));
    }

    private static DataConverter Converter(string current, IReadOnlyDictionary<string, byte[]> keys) => DataConverter.Default with
    {
        PayloadCodec = new EncryptionCodec(keys, current),
        FailureConverter = new DefaultFailureConverter.WithEncodedCommonAttributes(),
    };

    private static async Task<Exception?> ReplayAsync(WorkflowHistory history, DataConverter converter) =>
        (await new WorkflowReplayer(new WorkflowReplayerOptions { DataConverter = converter }.AddWorkflow<CardWorkflow>())
            .ReplayWorkflowAsync(history, throwOnReplayFailure: false)).ReplayFailure;

    private TemporalClient ClientWith(string key) => new(server.Client.Connection, new() { DataConverter = Converter(key, Keys) });

    private static async Task<WorkflowHistory> RunAsync(TemporalClient client, Func<WorkflowHandle<CardWorkflow, string>, Task> body)
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue).AddWorkflow<CardWorkflow>());
        return await worker.ExecuteAsync(async () =>
        {
            var handle = await client.StartWorkflowAsync((CardWorkflow w) => w.RunAsync(Secret), SdkServer.Options(queue));
            await body(handle).WaitAsync(TimeSpan.FromSeconds(60));
            return await client.GetWorkflowHandle(handle.Id).FetchHistoryAsync();
        });
    }

    /// <summary>Waits for a note about a card, and then does not find the card.</summary>
    [Workflow]
    public sealed class CardWorkflow
    {
        private string _number = "";
        private bool _noted;

        [WorkflowRun]
        public async Task<string> RunAsync(string number)
        {
            _number = number;
            await Workflow.WaitConditionAsync(() => _noted);
            throw new ApplicationFailureException($"no such card: {number}");
        }

        [WorkflowQuery]
        public string Number() => _number;

        [WorkflowUpdate]
        public Task<string> NoteAsync(string note)
        {
            _noted = true;
            return Task.FromResult(note + "!");
        }
    }
}
