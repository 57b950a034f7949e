using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay.Scenarios;

[Workflow]
public sealed class ReturnWhileSignalled
{
    private readonly List<string> _values = [];

    [WorkflowRun]
    public Task<string[]> RunAsync() => Task.FromResult(_values.ToArray());

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        _values.Add(value);
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class SignalActivity
{
    private readonly List<string> _results = [];

    [WorkflowRun]
    public async Task<string[]> RunAsync(int n)
    {
        await Workflow.WaitConditionAsync(() => _results.Count >= n && Workflow.AllHandlersFinished);
        return [.. _results];
    }

    [WorkflowSignal]
    public async Task DoAsync(string value) => _results.Add(await Calls.Activity<string>("Echo", $"{value}!"));

    [WorkflowSignal]
    public Task FailAsync() => throw new ApplicationFailureException("signal handler fails", "HandlerFailed");
}

[Workflow]
public sealed class Queryable
{
    private string _state = "new";

    public sealed record Answer(string Text, int N);

    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        _state = "running";
        await Workflow.WaitConditionAsync(() => _state == "done");
        return _state;
    }

    [WorkflowSignal]
    public Task SetAsync(string value)
    {
        _state = value;
        return Task.CompletedTask;
    }

    [WorkflowQuery]
    public string State() => _state;

    [WorkflowQuery]
    public Answer Prefixed(string prefix, int n) => new(prefix + _state, n);

    [WorkflowQuery]
    public string Broken() => throw new ApplicationFailureException("query is broken", "QueryBroken", details: ["q-detail"]);
}

[Workflow]
public sealed class Updatable
{
    private readonly List<string> _log = [];
    private int _total;
    private bool _stop;

    public sealed record Result(int Total, string[] Log);

    [WorkflowRun]
    public async Task<Result> RunAsync(int n, bool waitHandlers)
    {
        _log.Add("main");
        await Workflow.WaitConditionAsync(() => (_total >= n || _stop) && (!waitHandlers || Workflow.AllHandlersFinished));
        return new(_total, [.. _log]);
    }

    [WorkflowSignal]
    public Task StopAsync()
    {
        _stop = true;
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<int> AddAsync(int v)
    {
        _total += v;
        _log.Add($"add {v}");
        return Task.FromResult(_total);
    }

    [WorkflowUpdateValidator(nameof(AddAsync))]
    public void ValidateAdd(int v)
    {
        if (v < 0)
        {
            throw new ApplicationFailureException("negative not allowed", "InvalidArgument", details: [v]);
        }
    }

    [WorkflowUpdate]
    public async Task<int> AddByActivityAsync(int v)
    {
        _log.Add($"begin {v}");
        _total = await Calls.Activity<int>("Add", _total, v);
        _log.Add($"end {v}");
        return _total;
    }

    [WorkflowUpdate]
    public async Task<int> AddSlowAsync(int v, int ms)
    {
        _log.Add($"begin {v}");
        await Workflow.DelayAsync(ms);
        _total += v;
        _log.Add($"end {v}");
        return _total;
    }

    [WorkflowUpdate]
    public Task<int> FailAsync() => throw new ApplicationFailureException("update fails", "UpdateFailed", details: [new { Why = "test" }]);
}

[Workflow]
public sealed class CancelMe
{
    [WorkflowRun]
    public async Task<string[]> RunAsync(string mode)
    {
        try
        {
            switch (mode)
            {
                case "activity":
                    var options = Calls.Seconds(30);
                    options.HeartbeatTimeout = TimeSpan.FromSeconds(5);
                    options.RetryPolicy = Calls.Retry(1000, 1);
                    options.CancellationType = ActivityCancellationType.WaitCancellationCompleted;
                    await Workflow.ExecuteActivityAsync<string>("Cancellable", ["cancel"], options);
                    break;
                case "child":
                    await Workflow.ExecuteChildWorkflowAsync("ChildEcho", ["cleanup", 0], new() { Id = $"{Workflow.Info.WorkflowId}-child" });
                    break;
                default:
                    await Workflow.DelayAsync(60_000);
                    break;
            }

            return [];
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e) && mode is "cleanup" or "ignore")
        {
            if (mode == "ignore")
            {
                await Workflow.DelayAsync(100, CancellationToken.None);
                return ["ignored"];
            }

            var options = Calls.Seconds(10);
            options.CancellationToken = CancellationToken.None;
            await Workflow.ExecuteActivityAsync<string>("Echo", ["cleanup"], options);
            throw;
        }
    }
}

[Workflow]
public sealed class Resettable
{
    private readonly List<string> _got = [];

    public sealed record Result(string A, string[] Got, string B);

    [WorkflowRun]
    public async Task<Result> RunAsync(int n)
    {
        var a = await Calls.Activity<string>("Echo", "first");
        await Workflow.WaitConditionAsync(() => _got.Count >= n);
        return new(a, [.. _got], await Calls.Activity<string>("Echo", "second"));
    }

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        _got.Add(value);
        return Task.CompletedTask;
    }

    [WorkflowUpdate]
    public Task<int> PutUpdateAsync(string value)
    {
        _got.Add($"u:{value}");
        return Task.FromResult(_got.Count);
    }
}

[Workflow]
public sealed class ResetChild
{
    private bool _go;

    [WorkflowRun]
    public async Task<object[]> RunAsync()
    {
        var child = await Workflow.StartChildWorkflowAsync("ChildEcho", ["wait", 0], new() { Id = $"{Workflow.Info.WorkflowId}-child" });
        var options = Calls.Seconds(30);
        options.ActivityId = "async-act";
        var activity = Workflow.ExecuteActivityAsync<string>("CompleteLater", ["x"], options);
        await Workflow.WaitConditionAsync(() => _go);
        await child.SignalAsync("Put", ["v"]);
        return [await child.GetResultAsync<object>(), await activity];
    }

    [WorkflowSignal]
    public Task GoAsync()
    {
        _go = true;
        return Task.CompletedTask;
    }

    [WorkflowSignal]
    public Task NudgeAsync() => Task.CompletedTask;
}

[Workflow]
public sealed class WaitForGo
{
    private readonly List<string> _values = [];

    [WorkflowRun]
    public async Task<string[]> RunAsync(int n)
    {
        await Workflow.DelayAsync(50);
        await Workflow.WaitConditionAsync(() => _values.Count >= n);
        return [.. _values];
    }

    [WorkflowSignal]
    public Task GoAsync(string value)
    {
        _values.Add(value);
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class HangOnce
{
    [WorkflowRun]
    public Task<string> RunAsync() => Task.FromResult("done");
}

[Workflow]
public sealed class BadCommand
{
    [WorkflowRun]
    public Task<string> RunAsync(string mode) => Task.FromResult("fixed");
}
