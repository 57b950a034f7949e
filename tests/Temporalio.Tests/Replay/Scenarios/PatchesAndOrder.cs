using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay.Scenarios;

/// <summary>Four versions of one workflow's code.</summary>
public static class PatchFlow
{
    private static async Task<string> Then(Task<string> activity)
    {
        var a = await activity;
        await Workflow.DelayAsync(100);
        return a;
    }

    [Workflow("PatchFlow")]
    public sealed class V1
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Then(Calls.Activity<string>("Echo", "old"));
    }

    [Workflow("PatchFlow")]
    public sealed class V2
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Then(
            Workflow.Patched("fix-1") ? Calls.Activity<string>("Greet", "new") : Calls.Activity<string>("Echo", "old"));
    }

    [Workflow("PatchFlow")]
    public sealed class V3
    {
        [WorkflowRun]
        public Task<string> RunAsync()
        {
            Workflow.DeprecatePatch("fix-1");
            return Then(Calls.Activity<string>("Greet", "new"));
        }
    }

    [Workflow("PatchFlow")]
    public sealed class V4
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Then(Calls.Activity<string>("Greet", "new"));
    }
}

[Workflow]
public sealed class PatchLoop
{
    [WorkflowRun]
    public async Task<object[]> RunAsync()
    {
        var log = new List<object>();
        for (var i = 1; i <= 3; i++)
        {
            log.Add(Workflow.Patched("loop-patch"));
            await Workflow.DelayAsync(50);
        }

        if (Workflow.Patched("second-patch"))
        {
            log.Add("second");
        }

        await Workflow.DelayAsync(50);
        return [.. log];
    }
}

[Workflow]
public sealed class SearchAttributes
{
    private static readonly SearchAttributeKey<string> Keyword = SearchAttributeKey.CreateKeyword("CustomKeyword");
    private static readonly SearchAttributeKey<long> Int = SearchAttributeKey.CreateLong("CustomInt");
    private static readonly SearchAttributeKey<IReadOnlyCollection<string>> List = SearchAttributeKey.CreateKeywordList("CustomKeywordList");

    public sealed record Result(string? Keyword, long Int, IReadOnlyCollection<string> List, int Count);

    [WorkflowRun]
    public async Task<Result> RunAsync()
    {
        Workflow.UpsertTypedSearchAttributes(
            Keyword.ValueSet("k"),
            SearchAttributeKey.CreateText("CustomText").ValueSet("some text"),
            Int.ValueSet(42),
            SearchAttributeKey.CreateDouble("CustomDouble").ValueSet(1.5),
            SearchAttributeKey.CreateBool("CustomBool").ValueSet(true),
            SearchAttributeKey.CreateDateTimeOffset("CustomDatetime").ValueSet(new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero)),
            List.ValueSet(["a", "b"]));
        await Workflow.DelayAsync(100);
        Workflow.UpsertTypedSearchAttributes(Keyword.ValueUnset(), List.ValueSet(["c"]), Int.ValueSet(43));
        await Workflow.DelayAsync(100);
        var all = Workflow.TypedSearchAttributes;
        return new(all.ContainsKey(Keyword) ? all.Get(Keyword) : null, all.Get(Int), all.Get(List), all.Count);
    }
}

[Workflow]
public sealed class RandomValues
{
    public sealed record Result(bool Same, int Count, int GuidLength, bool NowIsTaskStarted);

    [WorkflowRun]
    public async Task<Result> RunAsync()
    {
        var numbers = new List<int> { Workflow.Random.Next(), Workflow.Random.Next(), Workflow.Random.Next() };
        var id = Workflow.NewGuid();
        var now = Workflow.UtcNow;
        await Workflow.DelayAsync(100);
        numbers.AddRange([Workflow.Random.Next(), Workflow.Random.Next()]);
        return new(numbers.Distinct().Count() == 1, numbers.Count, id.ToString().Length, now == Workflow.Info.StartTime);
    }
}

[Workflow]
public sealed class EncodedFailure
{
    [WorkflowRun]
    public async Task RunAsync()
    {
        try
        {
            await Calls.Activity<string>("FailWith", "secret message", "Secret", true);
        }
        catch (ActivityFailureException e)
        {
            throw new ApplicationFailureException("outer secret", e, "Outer");
        }
    }
}

/// <summary>The code that recorded a history, and the defective one.</summary>
public static class Nondet
{
    [Workflow("Nondet")]
    public sealed class Good
    {
        private bool _go;

        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            var a = await Calls.Activity<string>("Echo", "a");
            await Workflow.WaitConditionAsync(() => _go);
            return a;
        }

        [WorkflowSignal]
        public Task GoAsync()
        {
            _go = true;
            return Task.CompletedTask;
        }
    }

    [Workflow("Nondet")]
    public sealed class Bad
    {
        private bool _go;

        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            await Workflow.DelayAsync(100);
            var a = await Calls.Activity<string>("Echo", "a");
            await Workflow.WaitConditionAsync(() => _go);
            return a;
        }

        [WorkflowSignal]
        public Task GoAsync()
        {
            _go = true;
            return Task.CompletedTask;
        }
    }
}

[Workflow]
public sealed class SuggestCan
{
    public sealed record Result(int SuggestedAt, int Length);

    [WorkflowRun]
    public async Task<Result> RunAsync(int i)
    {
        while (!Workflow.ContinueAsNewSuggested)
        {
            await Calls.Local<int>("Echo", 5, i);
            await Workflow.DelayAsync(10);
            i++;
        }

        return new(i, Workflow.CurrentHistoryLength);
    }
}

[Workflow]
public sealed class OrderActivity
{
    private readonly List<string> _log = [];

    [WorkflowRun]
    public async Task<string[]> RunAsync(string mode)
    {
        _log.Add("main start");
        var tasks = new List<Task>();
        foreach (var letter in "abtc".Where(mode.Contains))
        {
            tasks.Add(letter switch
            {
                'a' => ActivityAsync(1),
                'b' => ActivityAsync(2),
                't' => TimerAsync(),
                _ => ConditionAsync(),
            });
        }

        try
        {
            await Workflow.WhenAllAsync(tasks);
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            _log.Add("main cancelled");
            return [.. _log];
        }

        if (mode.Contains('w'))
        {
            await Workflow.WaitConditionAsync(() => _log.Exists(l => l.StartsWith("signal", StringComparison.Ordinal)));
        }

        return [.. _log];
    }

    [WorkflowSignal]
    public Task SigAsync(string value)
    {
        _log.Add($"signal {value}");
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<int> UpdAsync(string value)
    {
        _log.Add($"update {value}");
        return Task.FromResult(_log.Count);
    }

    private async Task ActivityAsync(int n)
    {
        var options = Calls.Seconds(30);
        options.TaskQueue = $"{Workflow.Info.TaskQueue}-act";
        options.ActivityId = $"a{n}";
        await Workflow.ExecuteActivityAsync<int>("Echo", [n], options);
        _log.Add($"activity {n}");
    }

    private async Task TimerAsync()
    {
        await Workflow.DelayAsync(300);
        _log.Add("timer 300");
    }

    private async Task ConditionAsync()
    {
        await Workflow.WaitConditionAsync(() => _log.Exists(
            l => l.StartsWith("signal", StringComparison.Ordinal) || l.StartsWith("update", StringComparison.Ordinal)));
        _log.Add("condition");
    }
}

[Workflow]
public sealed class OrderStart
{
    private readonly List<string> _log = ["init"];

    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        _log.Add("main start");
        await Task.Yield();
        _log.Add("main after yield");
        await Workflow.DelayAsync(50);
        return [.. _log];
    }

    [WorkflowSignal]
    public async Task SigAsync(string value)
    {
        _log.Add($"signal {value}");
        await Task.Yield();
        _log.Add($"signal {value} after yield");
    }

    [WorkflowUpdate]
    public async Task<int> UpdAsync(string value)
    {
        _log.Add($"update {value}");
        await Task.Yield();
        _log.Add($"update {value} after yield");
        return _log.Count;
    }
}

[Workflow]
public sealed class OrderConditions
{
    private readonly List<string> _log = [];
    private int _n;

    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        var both = Workflow.WhenAllAsync(WaitAsync("first", true), WaitAsync("second", false));
        await Workflow.WhenAnyAsync(both, Workflow.DelayAsync(1500));
        return [.. _log];
    }

    [WorkflowSignal]
    public Task SigAsync()
    {
        _n = 1;
        return Task.CompletedTask;
    }

    private async Task WaitAsync(string name, bool sets)
    {
        await Workflow.WaitConditionAsync(() => _n == 1);
        _log.Add(name);
        _n = sets ? 2 : _n;
    }
}

[Workflow]
public sealed class OrderPipeline
{
    public sealed record Order(string Name, int[] Prices);

    public sealed record Result(string Name, int Total, string Phase);

    [WorkflowQuery]
    public string Phase { get; private set; } = "started";

    [WorkflowRun]
    public async Task<Result> RunAsync(Order o)
    {
        var keyword = SearchAttributeKey.CreateKeyword("CustomKeyword");
        Workflow.UpsertTypedSearchAttributes(keyword.ValueSet("started"));
        var name = await Calls.Local<string>("Greet", 5, o.Name);
        var sum = (await Workflow.WhenAllAsync(o.Prices.Select(p => Calls.Activity<int>("Add", p, 1)).ToList())).Sum();
        var c = await Workflow.ExecuteChildWorkflowAsync<int>("ChildEcho", ["echo", sum], new() { Id = $"{Workflow.Info.WorkflowId}-child" });
        try
        {
            await Calls.Activity<string>("FailWith", "declined", "Declined", true);
        }
        catch (ActivityFailureException)
        {
            Phase = "declined";
        }

        await Workflow.DelayAsync(200);
        Workflow.UpsertTypedSearchAttributes(keyword.ValueSet(Phase));
        Workflow.UpsertMemo(MemoUpdate.ValueSet("Total", c));
        return new(name, c, Phase);
    }
}

[Workflow]
public sealed class Debounce
{
    private readonly List<string> _items = [];
    private int _version;

    [WorkflowRun]
    public async Task<string[]> RunAsync(int quietMs, int batches)
    {
        var results = new List<string>();
        while (results.Count < batches)
        {
            await Workflow.WaitConditionAsync(() => _items.Count > 0);
            int seen;
            do
            {
                seen = _version;
            }
            while (await Workflow.WaitConditionAsync(() => _version != seen, quietMs));

            var batch = string.Join(',', _items);
            _items.Clear();
            results.Add(await Calls.Activity<string>("Echo", batch));
        }

        return [.. results];
    }

    [WorkflowSignal]
    public Task LateAsync(string value)
    {
        _items.Add(value);
        _version++;
        return Task.CompletedTask;
    }
}
