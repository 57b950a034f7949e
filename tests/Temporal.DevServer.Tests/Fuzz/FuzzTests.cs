using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Orchestrator.TestKit;

namespace Temporal.DevServer.Tests.Fuzz;

/// <summary>
/// Requests of every method, mutated. <c>SERVER_FUZZ_REQUESTS</c> sets how many (default 20,000), <c>SERVER_FUZZ_SEED</c> the seed;
/// both are printed.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int InFlight = 64;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>Methods that would end the run's own ground: they get names of their own.</summary>
    private static readonly HashSet<string> Dangerous = new(["DeleteNamespace", "DeprecateNamespace", "UpdateNamespace"], StringComparer.Ordinal);

    [Fact]
    public async Task Server_MutatedRequests_AnswersEachWithAStatusAndStaysWhole()
    {
        var requests = SoakSetting.Number("SERVER_FUZZ_REQUESTS", 20_000);
        var seed = SoakSetting.Number("SERVER_FUZZ_SEED", 20_261_121);
        using var files = new TempDir();
        using var log = new FaultLog();
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { DatabaseFile = files.At("fuzz.db"), LoggerFactory = log, TimeSkipping = SoakSetting.Number("SERVER_FUZZ_SKIPS", 1) == 1, MetricsPort = 0 });
        using var caller = new RawCaller(server.Address);
        var methods = Methods();
        var pools = new Pools(seed);
        var answers = new ConcurrentDictionary<int, int>();
        var wrong = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        long memoryEarly = 0;
        var sent = 0;
        async Task WorkAsync(int worker)
        {
            var random = new Random(unchecked((seed * 31) + worker));
            var maker = new RequestMaker(random, pools);
            while (Interlocked.Increment(ref sent) is var number && number <= requests && wrong.Count < 40)
            {
                if (number == Math.Max(requests / 5, 1))
                {
                    memoryEarly = GC.GetTotalMemory(forceFullCollection: true);
                }

                await OneAsync(caller, methods[random.Next(methods.Count)], random, maker, pools, answers, wrong);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(w => Task.Run(() => WorkAsync(w))));

        var memoryLate = GC.GetTotalMemory(forceFullCollection: true);
        using var http = new HttpClient();
        var figures = (await http.GetStringAsync($"http://{server.MetricsAddress}/metrics")).Split('\n')
            .Where(l => l.StartsWith("temporal_open", StringComparison.Ordinal) || l.StartsWith("temporal_backlog", StringComparison.Ordinal) || l.StartsWith("temporal_commit_steps_count", StringComparison.Ordinal));
        output.WriteLine(string.Join(", ", figures) + $", file {new FileInfo(files.At("fuzz.db")).Length >> 20} MB");
        output.WriteLine(
            $"seed {seed}, {requests} requests of {methods.Count} methods in {watch.Elapsed.TotalSeconds:F1} s; managed memory {memoryEarly >> 20} -> {memoryLate >> 20} MB; statuses "
            + string.Join(", ", answers.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}")));
        Assert.True(wrong.IsEmpty, $"seed {seed}: {string.Join("\n", wrong)}\n{string.Join("\n", log.Faults.Values.Take(20))}");
        Assert.True(log.Faults.IsEmpty, $"seed {seed}: {string.Join("\n", log.Faults.Values.Take(20))}");
        Assert.True(memoryLate - memoryEarly < 256L << 20, $"seed {seed}: managed memory went from {memoryEarly >> 20} MB to {memoryLate >> 20} MB");
        await using var client = TestServer.Connect(server.Address);
        await client.StartAsync("after"); // and it still works
        Assert.NotEmpty(await client.HistoryAsync("after"));
    }

    private static async Task OneAsync(
        RawCaller caller, MethodDescriptor method, Random random, RequestMaker maker, Pools pools, ConcurrentDictionary<int, int> answers, ConcurrentDictionary<string, string> wrong)
    {
        var request = maker.Make(method.InputType);
        if (Dangerous.Contains(method.Name) && method.InputType.FindFieldByName("namespace") is { } field)
        {
            field.Accessor.SetValue(request, "ns-" + random.Next(4));
        }

        // A queue that was told to hand out nothing would starve all that follows.
        if (method.Name == "UpdateTaskQueueConfig")
        {
            method.InputType.FindFieldByName("task_queue").Accessor.SetValue(request, "limited");
        }
        else if (method.Name == "PollActivityTaskQueue" && random.Next(50) > 0)
        {
            method.InputType.FindFieldByName("task_queue_metadata").Accessor.Clear(request);
        }

        var bytes = request.ToByteArray();
        bytes = random.Next(6) == 0 ? maker.Damage(ByteString.CopyFrom(bytes)).ToByteArray() : bytes;
        var frame = RawCaller.Frame(bytes);
        var broken = random.Next(50) == 0;
        if (broken)
        {
            frame = maker.Damage(ByteString.CopyFrom(frame)).ToByteArray();
        }

        // A poll is given a second only now and then: most find their task at once or never.
        var deadline = method.Name.StartsWith("Poll", StringComparison.Ordinal) && random.Next(3) == 0 ? TimeSpan.FromMilliseconds(2050) : TimeSpan.FromMilliseconds(random.Next(50, 300));
        using var patience = new CancellationTokenSource(Hang);
        try
        {
            var (status, message, reply) = await caller.CallAsync($"/{method.Service.FullName}/{method.Name}", frame, deadline, patience.Token);
            answers.AddOrUpdate(status ?? -1, 1, (_, n) => n + 1);
            if (status is null or < 0 or > 16 || (status == 13 && !IsKnownInternal(message)) || status == 2 || (status == 14 && method.Name != "AddOrUpdateRemoteCluster"))
            {
                wrong.TryAdd($"{method.Name}: {status}", $"'{message}' for {Hex(frame)}");
            }
            else if (status == 0 && reply.Length > 5)
            {
                pools.Learn(method.OutputType.Parser.ParseFrom(reply, 5, reply.Length - 5));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            wrong.TryAdd($"{method.Name}: {e.GetType().Name} {e.Message} {e.InnerException?.Message}", $"for {Hex(frame)}");
        }
    }

    /// <summary>What a real server, too, answers with INTERNAL: broken frames, and a child without attributes.</summary>
    private static bool IsKnownInternal(string message) =>
        message.StartsWith("grpc:", StringComparison.Ordinal) || message == "something went wrong, please retry (00000000)";

    private static string Hex(byte[] frame) => Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 400))) + (frame.Length > 400 ? $"… {frame.Length} bytes" : "");

    private static List<MethodDescriptor> Methods()
    {
        var services = new[]
        {
            Temporalio.Api.WorkflowService.V1.ServiceReflection.Descriptor.Services[0],
            Temporalio.Api.OperatorService.V1.ServiceReflection.Descriptor.Services[0],
            Temporalio.Api.TestService.V1.ServiceReflection.Descriptor.Services[0],
            global::Grpc.Health.V1.HealthReflection.Descriptor.Services[0],
        };
        var all = services.SelectMany(s => s.Methods).Where(m => !m.IsServerStreaming).ToList();
        // What moves runs on is asked more often, or most requests would find nothing to work on.
        var busy = all.Where(m => m.Name is "StartWorkflowExecution" or "PollWorkflowTaskQueue" or "PollActivityTaskQueue" or "RespondWorkflowTaskCompleted" or "SignalWorkflowExecution"
            or "UpdateWorkflowExecution" or "RespondActivityTaskCompleted" or "ResetWorkflowExecution").ToList();
        return [.. all, .. busy, .. busy, .. busy];
    }
}
