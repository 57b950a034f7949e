using Orchestrator.TestKit;
using Temporalio.Common;
using Temporalio.Worker;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>
/// Generated workflows do the same whether their runs stay in memory, leave it, or lose their workers. <c>SDK_DETERMINISM_COUNT</c> and
/// <c>SDK_DETERMINISM_FROM</c> choose the seeds of the long form, which <c>eng/soak sdk-determinism</c> runs.
/// </summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    private const int Lanes = 3;
    private static readonly int Count = SoakSetting.Number("SDK_DETERMINISM_COUNT", 100);
    private static int _retries;
    private static int _races;
    private static readonly int From = SoakSetting.Number("SDK_DETERMINISM_FROM", 60);

    [Fact]
    public async Task GeneratedWorkflows_InEveryMode_MakeTheSameHistoryAndReplay()
    {
        var broken = new List<string>();
        var next = From - 1;
        var done = 0;
        var histories = 0;
        var events = 0L;
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(LaneAsync)));
        output.WriteLine($"{done} workflows, {histories} histories of {events} events, {broken.Count} broken, {_retries} runs repeated, {_races} seeds repeated because the server's answers raced");
        Assert.True(broken.Count == 0, string.Join("\n\n", broken.Take(3)));

        async Task LaneAsync()
        {
            await using var server = await FamilyServer.StartAsync();
            while (Interlocked.Increment(ref next) is var seed && seed < From + Count)
            {
                try
                {
                    foreach (var record in await RunAsync(server, seed))
                    {
                        Interlocked.Add(ref histories, record.Histories.Count);
                        Interlocked.Add(ref events, record.Histories.Values.Sum(h => h.Count));
                    }
                }
                catch (BrokenSeedException e)
                {
                    lock (broken)
                    {
                        broken.Add(e.Message);
                    }

                    return;
                }

                Interlocked.Increment(ref done);
            }
        }
    }

    private static async Task<List<FamilyRecord>> RunAsync(FamilyServer server, int seed)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CompareAsync(server, seed);
            }
            catch (AnswersRacedException) when (attempt < 5)
            {
                Interlocked.Increment(ref _races);
            }
            catch (AnswersRacedException e)
            {
                throw new BrokenSeedException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    private static async Task<List<FamilyRecord>> CompareAsync(FamilyServer server, int seed)
    {
        var records = new List<FamilyRecord>();
        foreach (var mode in Enum.GetValues<Mode>())
        {
            var record = await RunAsync(server, seed, mode);
            await ReplayAsync(record, seed);
            if (records.Count > 0 && record.DifferenceFrom(records[0]) is { } difference)
            {
                throw new BrokenSeedException($"Seed {seed}, {mode} differs from {records[0].Mode}, {difference}");
            }

            records.Add(record);
        }

        return records;
    }

    private static async Task<FamilyRecord> RunAsync(FamilyServer server, int seed, Mode mode)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var family = new Family(server, seed, mode);
            try
            {
                return await family.RunAsync();
            }
            catch (LostPollException) when (attempt < 5)
            {
                Interlocked.Increment(ref _retries);
            }
            catch (LostPollException e)
            {
                throw new BrokenSeedException(e.Message, e);
            }
        }
    }

    private static async Task ReplayAsync(FamilyRecord record, int seed)
    {
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions { DebugMode = true }.AddWorkflow<GeneratedWorkflow>());
        foreach (var (name, events) in record.Histories)
        {
            var result = await replayer.ReplayWorkflowAsync(new WorkflowHistory(record.WorkflowId(name), events), throwOnReplayFailure: false);
            if (result.ReplayFailure is { } failure)
            {
                throw new BrokenSeedException($"Seed {seed}, {record.Mode}: history of {name} does not replay: {failure.Message}", failure);
            }
        }
    }
}
