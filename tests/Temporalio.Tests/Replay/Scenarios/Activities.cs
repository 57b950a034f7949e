using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay.Scenarios;

[Workflow]
public sealed class OneActivity
{
    [WorkflowRun]
    public Task<string> RunAsync(string name) => Workflow.ExecuteActivityAsync<string>("Greet", [name], Calls.Seconds(10, "greet summary"));
}

[Workflow]
public sealed class ThreeSequential
{
    [WorkflowRun]
    public async Task<int> RunAsync(int seed)
    {
        for (var i = 1; i <= 3; i++)
        {
            seed = await Calls.Activity<int>("Add", seed, i);
        }

        return seed;
    }
}

[Workflow]
public sealed class ActivityRetry
{
    [WorkflowRun]
    public Task<string> RunAsync(int n)
    {
        var options = Calls.Seconds(10);
        options.RetryPolicy = Calls.Retry(200, 0, 2, 1000);
        return Workflow.ExecuteActivityAsync<string>("FailUntil", [n], options);
    }
}

[Workflow]
public sealed class ActivityFails
{
    [WorkflowRun]
    public Task<string> RunAsync(string mode)
    {
        var (name, args, options) = mode switch
        {
            "nonretryable" => ("FailWith", new object[] { "bad input", "BadInput", true }, With(Calls.Retry(100, 3))),
            "exhausted" => ("FailWith", ["again", "Again", false], With(Calls.Retry(100, 3))),
            "plain" => ("FailPlain", [], With(Calls.Retry(1000, 1))),
            "unknown" => ("NoSuchActivity", [], With(Calls.Retry(1000, 1))),
            "start-to-close" => ("SleepMs", [20000], With(Calls.Retry(1000, 1), 1)),
            "schedule-to-start" => ("Echo", [1], new() { TaskQueue = "golden-nobody", ScheduleToStartTimeout = TimeSpan.FromSeconds(1), StartToCloseTimeout = TimeSpan.FromSeconds(5) }),
            _ => ("SleepMs", [20000], new ActivityOptions { ScheduleToCloseTimeout = TimeSpan.FromSeconds(1.5) }),
        };
        return Calls.ResultOrChain(Workflow.ExecuteActivityAsync<string>(name, args, options));
    }

    private static ActivityOptions With(Temporalio.Common.RetryPolicy retry, double seconds = 10)
    {
        var options = Calls.Seconds(seconds);
        options.RetryPolicy = retry;
        return options;
    }
}

[Workflow]
public sealed class ActivitySimple
{
    public sealed record Options(double StartToCloseS, double? HeartbeatS, double InitialMs = 1000, double Coefficient = 2, int MaxAttempts = 0, string? ActivityId = null);

    [WorkflowRun]
    public Task<object> RunAsync(string name, object[] args, Options o)
    {
        var options = Calls.Seconds(o.StartToCloseS);
        options.HeartbeatTimeout = o.HeartbeatS is { } s ? TimeSpan.FromSeconds(s) : null;
        options.RetryPolicy = Calls.Retry(o.InitialMs, o.MaxAttempts, o.Coefficient);
        options.ActivityId = o.ActivityId;
        return Workflow.ExecuteActivityAsync<object>(name, args, options);
    }
}

[Workflow]
public sealed class ActivityCancel
{
    private bool _go;

    [WorkflowRun]
    public async Task<string> RunAsync(string mode, string cleanup, string? queue)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        var options = Calls.Seconds(30);
        options.TaskQueue = queue;
        options.HeartbeatTimeout = TimeSpan.FromSeconds(5);
        options.RetryPolicy = Calls.Retry(1000, 1);
        options.CancellationToken = cancel.Token;
        options.CancellationType = mode switch
        {
            "try" => ActivityCancellationType.TryCancel,
            "wait" => ActivityCancellationType.WaitCancellationCompleted,
            _ => ActivityCancellationType.Abandon,
        };
        var activity = Workflow.ExecuteActivityAsync<string>("Cancellable", [cleanup], options);
        await Workflow.WaitConditionAsync(() => _go);
        cancel.Cancel();
        var result = await Calls.ResultOrChain(activity);
        await Workflow.DelayAsync(700);
        return result;
    }

    [WorkflowSignal]
    public Task GoAsync()
    {
        _go = true;
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class ActivityCancelSameTask
{
    [WorkflowRun]
    public async Task<string[]> RunAsync()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        var options = Calls.Seconds(10);
        options.CancellationToken = cancel.Token;
        var first = Workflow.ExecuteActivityAsync<string>("Echo", [1], options);
        await Task.Yield();
        cancel.Cancel();
        var chain = await Calls.ResultOrChain(first);
        return [chain, await Calls.Activity<string>("Echo", "second")];
    }
}

[Workflow]
public sealed class ActivityDoneBuffered
{
    private readonly List<string> _signals = [];

    public sealed record Result(string R, string[] Signals);

    [WorkflowRun]
    public async Task<Result> RunAsync(string mode)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        var options = Calls.Seconds(10);
        options.CancellationToken = cancel.Token;
        options.CancellationType = ActivityCancellationType.WaitCancellationCompleted;
        var activity = Workflow.ExecuteActivityAsync<string>("SleepMs", [500], options);
        await Workflow.WaitConditionAsync(() => _signals.Count > 0);
        if (mode == "cancel")
        {
            cancel.Cancel();
        }

        var result = await Calls.ResultOrChain(activity);
        await Workflow.WaitConditionAsync(() => _signals.Count >= (mode == "flush" ? 2 : 1));
        return new(result, [.. _signals]);
    }

    [WorkflowSignal]
    public Task SigAsync(string value)
    {
        _signals.Add(value);
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class PriorityActivities
{
    [WorkflowRun]
    public async Task<int[]> RunAsync()
    {
        var tasks = new List<Task<int>>();
        foreach (var key in (int[])[5, 3, 1])
        {
            var options = Calls.Seconds(10);
            options.Priority = new(key, $"tenant-{key}", key);
            tasks.Add(Workflow.ExecuteActivityAsync<int>("Echo", [key], options));
        }

        tasks.Add(Calls.Activity<int>("Echo", 0));
        return await Workflow.WhenAllAsync(tasks);
    }
}

[Workflow]
public sealed class FanOut
{
    [WorkflowRun]
    public async Task<int> RunAsync(int n)
    {
        var all = Enumerable.Range(0, n).Select(i => Workflow.ExecuteActivityAsync<int>("Echo", [i], Calls.Seconds(30))).ToList();
        return (await Workflow.WhenAllAsync(all)).Sum();
    }
}

[Workflow]
public sealed class LocalOne
{
    [WorkflowRun]
    public async Task<string> RunAsync(string name)
    {
        var a = await Calls.Local<string>("Greet", 5, name);
        var b = await Workflow.ExecuteLocalActivityAsync<int>("Add", [1, 2], new() { ScheduleToCloseTimeout = TimeSpan.FromSeconds(5) });
        return $"{a} {b}";
    }
}

[Workflow]
public sealed class LocalRetry
{
    [WorkflowRun]
    public Task<string> RunAsync(int n, int initialMs, int thresholdMs) => Workflow.ExecuteLocalActivityAsync<string>("FailUntil", [n], new()
    {
        StartToCloseTimeout = TimeSpan.FromSeconds(5),
        RetryPolicy = Calls.Retry(initialMs, 6),
        LocalRetryThreshold = TimeSpan.FromMilliseconds(thresholdMs),
    });
}

[Workflow]
public sealed class LocalFails
{
    [WorkflowRun]
    public async Task<string[]> RunAsync() =>
    [
        await Calls.ResultOrChain(Calls.Local<string>("FailWith", 5, "bad input", "BadInput", true)),
        await Calls.ResultOrChain(Workflow.ExecuteLocalActivityAsync<string>("SleepMs", [5000], new()
        {
            StartToCloseTimeout = TimeSpan.FromMilliseconds(500),
            RetryPolicy = Calls.Retry(1000, 1),
        })),
    ];
}

[Workflow]
public sealed class LocalLong
{
    private int _bumps;

    [WorkflowRun]
    public async Task<string> RunAsync(int ms)
    {
        var slept = await Calls.Local<string>("SleepMs", 60, ms);
        return $"{slept}, bumps {_bumps}";
    }

    [WorkflowSignal]
    public Task BumpAsync()
    {
        _bumps++;
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class LocalTime
{
    public sealed record Result(bool AdvancedByLocal, bool Monotonic);

    [WorkflowRun]
    public async Task<Result> RunAsync()
    {
        var t0 = Workflow.UtcNow;
        await Calls.Local<string>("SleepMs", 5, 300);
        var t1 = Workflow.UtcNow;
        await Workflow.DelayAsync(50);
        return new((t1 - t0).TotalMilliseconds >= 250, t0 <= t1 && t1 <= Workflow.UtcNow);
    }
}
