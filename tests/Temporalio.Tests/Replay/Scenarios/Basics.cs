using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay.Scenarios;

[Workflow]
public sealed class EmptyVoid
{
    [WorkflowRun]
    public Task RunAsync() => Task.CompletedTask;
}

[Workflow]
public sealed class ReturnInt
{
    [WorkflowRun]
    public Task<int> RunAsync() => Task.FromResult(42);
}

[Workflow]
public sealed class ReturnObject
{
    public sealed record Item(string Name, int Count, string[] Tags, double Ratio, bool Active, string? Parent);

    [WorkflowRun]
    public Task<Item> RunAsync(string name, int count) => Task.FromResult(new Item(name, count, ["a", "b"], 0.5, true, null));
}

[Workflow]
public sealed class ReturnNull
{
    [WorkflowRun]
    public Task<string?> RunAsync(string? arg) => Task.FromResult(arg is null ? null : "not null");
}

[Workflow]
public sealed class ReadStartInfo
{
    public sealed record Result(string Memo, string Keyword, string Header, int Attempt, int TaskTimeoutSeconds);

    [WorkflowRun]
    public Task<Result> RunAsync() => Task.FromResult(new Result(
        Workflow.PayloadConverter.ToValue<string>(Workflow.Memo["MemoKey"]),
        Workflow.TypedSearchAttributes.Get(SearchAttributeKey.CreateKeyword("CustomKeyword")),
        Workflow.PayloadConverter.ToValue<string>(Workflow.Info.Headers!["trace-id"]),
        Workflow.Info.Attempt,
        (int)Workflow.Info.TaskTimeout.TotalSeconds));
}

[Workflow]
public sealed class FailApplication
{
    [WorkflowRun]
    public Task RunAsync() => throw new ApplicationFailureException("order is invalid", "OrderInvalid", details: ["d1", new { Code = 7 }]);
}

[Workflow]
public sealed class PlainException
{
    [WorkflowRun]
    public Task<string> RunAsync() => Task.FromResult("fixed");
}

[Workflow]
public sealed class SleepLong
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        await Workflow.DelayAsync(60_000);
        return "never";
    }
}

[Workflow]
public sealed class RetriedWorkflow
{
    public sealed record Input(string Name);

    public sealed record Result(int Attempt, string Input, bool HadUpsertedMemo);

    [WorkflowRun]
    public Task<Result> RunAsync(Input input)
    {
        var attempt = Workflow.Info.Attempt;
        Workflow.UpsertMemo(MemoUpdate.ValueSet("Upserted", attempt));
        return attempt < 3
            ? throw new ApplicationFailureException($"run {attempt} fails", "Flaky")
            : Task.FromResult(new Result(attempt, input.Name, Workflow.Info.ContinuedRunId is not null));
    }
}

[Workflow]
public sealed class CronJob
{
    [WorkflowRun]
    public Task<int> RunAsync()
    {
        var last = Workflow.Info.LastResult is { Count: > 0 } results ? Workflow.PayloadConverter.ToValue<int>(results.First()) : 0;
        return last + 1 == 2 && Workflow.Info.LastFailure is null
            ? throw new ApplicationFailureException("second tick fails", "TickFailed")
            : Task.FromResult(last + 1);
    }
}

[Workflow]
public sealed class ContinueThree
{
    private static readonly SearchAttributeKey<string> Keyword = SearchAttributeKey.CreateKeyword("CustomKeyword");

    public sealed record Result(int Total, int? Memo, string Keyword);

    [WorkflowRun]
    public async Task<Result> RunAsync(int n, int total)
    {
        total += n;
        if (n >= 3)
        {
            return new(total, Workflow.PayloadConverter.ToValue<int?>(Workflow.Memo["Round"]), Workflow.TypedSearchAttributes.Get(Keyword));
        }

        await Workflow.DelayAsync(100);
        var options = n == 1
            ? new ContinueAsNewOptions
            {
                Memo = new Dictionary<string, object> { ["Round"] = n + 1 },
                TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(Keyword, "round-2").ToSearchAttributeCollection(),
                RunTimeout = TimeSpan.FromSeconds(40),
                TaskTimeout = TimeSpan.FromSeconds(7),
            }
            : null;
        throw Workflow.CreateContinueAsNewException((ContinueThree wf) => wf.RunAsync(n + 1, total), options);
    }
}

[Workflow]
public sealed class CollectOne
{
    private readonly List<string> _values = [];

    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        await Workflow.WaitConditionAsync(() => _values.Count > 0);
        return [.. _values];
    }

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        _values.Add(value);
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class Collect
{
    private readonly List<string> _values = [];

    [WorkflowQuery]
    public string[] Got() => [.. _values];

    [WorkflowRun]
    public async Task<string[]> RunAsync(int n)
    {
        await Workflow.WaitConditionAsync(() => _values.Count >= n);
        return [.. _values];
    }

    [WorkflowSignal]
    public Task PutAsync(string value) => Add(value);

    [WorkflowSignal]
    public Task OtherAsync(string value) => Add($"other:{value}");

    [WorkflowSignal(Dynamic = true)]
    public Task AnyAsync(string name, IRawValue[] args) => Add($"dynamic {name}:{Workflow.PayloadConverter.ToValue<string>(args[0])}");

    private Task Add(string value)
    {
        _values.Add(value);
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class CanWithBuffered
{
    private readonly List<string> _got = [];

    public sealed record Result(int N, string[] Got);

    [WorkflowRun]
    public async Task<Result> RunAsync(int n)
    {
        if (n == 1)
        {
            throw Workflow.CreateContinueAsNewException((CanWithBuffered wf) => wf.RunAsync(2));
        }

        await Workflow.WaitConditionAsync(() => _got.Count > 0);
        return new(n, [.. _got]);
    }

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        _got.Add(value);
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<bool> PutUpdateAsync(string value)
    {
        _got.Add($"u:{value}");
        return Task.FromResult(Workflow.Info.ContinuedRunId is not null);
    }
}
