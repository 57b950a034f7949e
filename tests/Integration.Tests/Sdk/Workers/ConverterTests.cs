using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Client;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;
using WorkflowExecution = Temporalio.Api.Common.V1.WorkflowExecution;

namespace Orchestrator.Integration.Tests.Sdk.Workers;

/// <summary>Converters and codecs on the whole way.</summary>
public sealed class ConverterTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public Task Values_OfEveryEncoding_ComeBack() => Host.Server.WithWorkerAsync(
        o => o.AddWorkflow<Mirror>(),
        async queue =>
        {
            async Task<T> ReflectAsync<T>(object? value) =>
                await (await Client.StartWorkflowAsync("Mirror", [value], SdkServer.Options(queue))).GetResultAsync<T>().WaitAsync(TimeSpan.FromSeconds(30));

            Assert.Equal(42, await ReflectAsync<int>(42));
            Assert.Equal("text", await ReflectAsync<string>("text"));
            Assert.Null(await ReflectAsync<string?>(null));
            Assert.Equal([1, 2, 3], await ReflectAsync<byte[]>(new byte[] { 1, 2, 3 }));
            Assert.Equal(new Point(1, "a"), await ReflectAsync<Point>(new Point(1, "a")));
            Assert.Equal(new WorkflowExecution { WorkflowId = "w" }, await ReflectAsync<WorkflowExecution>(new WorkflowExecution { WorkflowId = "w" }));
            Assert.Equal(["a", "b"], await ReflectAsync<List<string>>(new[] { "a", "b" }));
        });

    [Fact]
    public async Task Encodings_OnTheWire_AreTheOfficialOnes()
    {
        async Task<string> EncodingAsync(object? value) => (await DataConverter.Default.ToPayloadAsync(value)).Metadata["encoding"].ToStringUtf8();

        Assert.Equal("binary/null", await EncodingAsync(null));
        Assert.Equal("binary/plain", await EncodingAsync(new byte[1]));
        Assert.Equal("json/protobuf", await EncodingAsync(new WorkflowExecution()));
        Assert.Equal("json/plain", await EncodingAsync("x"));
    }

    [Fact]
    public async Task RawValue_PassesThroughUntouched()
    {
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("my/own") }, Data = ByteString.CopyFromUtf8("raw") };
        var handle = await StartAsync(async _ =>
        {
            var seen = await Workflow.ExecuteActivityAsync<IRawValue>("Greet", ["Ada"], Deeds.Short);
            return seen.Payload.Data.ToStringUtf8();
        });
        Assert.Equal("\"Hello, Ada!\"", await ResultAsync(handle));
        Assert.Equal(payload, DataConverter.Default.PayloadConverter.ToPayload(new RawValue(payload)));
    }

    [Fact]
    public async Task JsonOptions_OfTheConverter_AreUsed()
    {
        var converter = DataConverter.Default with { PayloadConverter = new CamelCase() };
        var client = new TemporalClient(Client.Connection, new() { DataConverter = converter });
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue).AddWorkflow<Mirror>());
        await worker.ExecuteAsync(async () =>
        {
            var handle = await client.StartWorkflowAsync("Mirror", [new Point(5, "n")], SdkServer.Options(queue));
            Assert.Equal(new Point(5, "n"), await handle.GetResultAsync<Point>());
            Assert.Equal("{\"count\":5,\"name\":\"n\"}", (await EventsAsync(handle))[0].WorkflowExecutionStartedEventAttributes.Input.Payloads_[0].Data.ToStringUtf8());
        });
    }

    [Fact]
    public async Task Codec_CoversResultsFailuresMemosAndUpdates()
    {
        var client = new TemporalClient(
            Client.Connection,
            new() { DataConverter = DataConverter.Default with { PayloadCodec = new Reverse(), FailureConverter = new DefaultFailureConverter.WithEncodedCommonAttributes() } });
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue).AddWorkflow<Script>().AddAllActivities(typeof(Deeds), null));
        var key = Script.Keep(async wf =>
        {
            await wf.ReceiveAsync(1);
            return await Workflow.ExecuteActivityAsync(() => Deeds.Refuse(), Deeds.Short);
        });
        await worker.ExecuteAsync(async () =>
        {
            var options = SdkServer.Options(queue);
            options.Memo = new Dictionary<string, object> { ["secret"] = "plain words" };
            var handle = await client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), options);
            Assert.Equal("new", await handle.QueryAsync(wf => wf.State));
            Assert.Equal("changed to plain words", await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("plain words")));
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            Assert.Equal("refused", failed.InnerException!.InnerException!.Message);
            Assert.Equal("plain words", await (await handle.DescribeAsync()).Memo["secret"].ToValueAsync<string>());
            var json = (await handle.FetchHistoryAsync()).ToJson();
            Assert.DoesNotContain("plain words", json, StringComparison.Ordinal);
            Assert.DoesNotContain("refused", json, StringComparison.Ordinal);
            Assert.Contains("Encoded failure", json, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Codec_Failing_FailsTheTaskAndNotTheWorker()
    {
        var codec = new Reverse();
        var client = new TemporalClient(Client.Connection, new() { DataConverter = DataConverter.Default with { PayloadCodec = codec } });
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue).AddWorkflow<Script>());
        var key = Script.Keep(_ => Task.FromResult("x"));
        await worker.ExecuteAsync(async () =>
        {
            codec.Broken = true;
            var options = SdkServer.Options(queue);
            options.TaskTimeout = TimeSpan.FromSeconds(1);
            var handle = await Client.StartWorkflowAsync("Script", [new RawValue((await new Reverse().EncodeAsync([await DataConverter.Default.ToPayloadAsync(key)])).Single())], options);
            await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
            codec.Broken = false;
            Assert.Equal("x", await client.GetWorkflowHandle(handle.Id).GetResultAsync<string>().WaitAsync(TimeSpan.FromSeconds(60)));
        });
    }

    public sealed record Point(int Count, string Name);

    [Workflow(Dynamic = false)]
    public sealed class Mirror
    {
        [WorkflowRun]
        public Task<IRawValue> RunAsync(IRawValue value) => Task.FromResult(value);
    }

    private sealed class CamelCase() : DefaultPayloadConverter(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

    private sealed class Reverse : IPayloadCodec
    {
        public bool Broken { get; set; }

        public Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads) => Task.FromResult<IReadOnlyCollection<Payload>>(
            [.. payloads.Select(p => new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("my/reverse") }, Data = Turn(p.ToByteString()) })]);

        public Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads) => Broken
            ? throw new InvalidOperationException("the codec is broken")
            : Task.FromResult<IReadOnlyCollection<Payload>>([.. payloads.Select(p =>
                p.Metadata["encoding"].ToStringUtf8() == "my/reverse" ? Payload.Parser.ParseFrom(Turn(p.Data)) : p)]);

        private static ByteString Turn(ByteString data) => ByteString.CopyFrom([.. data.Reverse()]);
    }
}
