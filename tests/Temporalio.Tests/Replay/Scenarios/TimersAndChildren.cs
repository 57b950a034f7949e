using System.Text.Json;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Temporalio.Workflows;
using ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy;

namespace Temporalio.Tests.Replay.Scenarios;

[Workflow]
public sealed class OneTimer
{
    [WorkflowRun]
    public async Task<string> RunAsync(int ms)
    {
        await Workflow.DelayAsync(ms);
        return "fired";
    }
}

[Workflow]
public sealed class ThreeTimers
{
    [WorkflowRun]
    public async Task<int[]> RunAsync()
    {
        var log = new List<int>();
        async Task Wait(int ms)
        {
            await Workflow.DelayAsync(ms);
            log.Add(ms);
        }

        await Workflow.WhenAllAsync(Wait(900), Wait(300), Wait(600));
        return [.. log];
    }
}

[Workflow]
public sealed class TimerOrSignal
{
    private string? _value;

    [WorkflowRun]
    public async Task<string> RunAsync(int ms) =>
        await Workflow.WaitConditionWithOptionsAsync(new(() => _value is not null, TimeSpan.FromMilliseconds(ms), "waiting for Put"))
            ? $"signal {_value}"
            : "timeout";

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        _value = value;
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class Details
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        Workflow.CurrentDetails = "phase **one**";
        await Workflow.DelayWithOptionsAsync(new(200, "first pause"));
        Workflow.CurrentDetails = "phase **two**";
        await Workflow.ExecuteActivityAsync<int>("Echo", [1], Calls.Seconds(5, "echo it"));
        return "done";
    }
}

[Workflow]
public sealed class TimerFiredBuffered
{
    private bool _go;

    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        var timer = Workflow.DelayAsync(1000, cancel.Token);
        await Workflow.WaitConditionAsync(() => _go);
        cancel.Cancel();
        try
        {
            await timer;
            return "fired";
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
    }

    [WorkflowSignal]
    public Task GoAsync()
    {
        _go = true;
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class ParentOne
{
    public sealed record Options(double? RunTimeoutMs, int? MaxAttempts, Dictionary<string, object>? Memo, string? Summary);

    [WorkflowRun]
    public async Task<Dictionary<string, object>> RunAsync(string mode, object value, Options o)
    {
        var options = new ChildWorkflowOptions
        {
            Id = $"{Workflow.Info.WorkflowId}-child",
            RunTimeout = o.RunTimeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            RetryPolicy = o.MaxAttempts is { } max ? Calls.Retry(1000, max) : null,
            Memo = o.Memo,
            StaticSummary = o.Summary,
        };
        try
        {
            return new() { ["Result"] = await Workflow.ExecuteChildWorkflowAsync<object>("ChildEcho", [mode, value], options) };
        }
        catch (FailureException e)
        {
            return new() { ["Failure"] = Calls.Chain(e) };
        }
    }
}

[Workflow]
public sealed class ChildEcho
{
    private string? _put;

    [WorkflowRun]
    public async Task<object> RunAsync(string mode, object value)
    {
        switch (mode)
        {
            case "echo":
                return value;
            case "fail":
                throw new ApplicationFailureException("child fails", "ChildFailed", nonRetryable: true);
            case "failuntil3":
                return Workflow.Info.Attempt < 3 ? throw new ApplicationFailureException("again", "Flaky") : "child attempt 3";
            case "can":
                var n = ((JsonElement)value).GetInt32();
                return n < 3 ? throw Workflow.CreateContinueAsNewException("ChildEcho", ["can", n + 1]) : $"round {n}";
            case "wait":
                await Workflow.WaitConditionAsync(() => _put is not null);
                return $"got {_put}";
            default:
                return await SleepAsync(mode == "cleanup");
        }
    }

    [WorkflowSignal]
    public Task PutAsync(string value)
    {
        _put = value;
        return Task.CompletedTask;
    }

    private static async Task<string> SleepAsync(bool cleanup)
    {
        try
        {
            await Workflow.DelayAsync(60_000);
            return "slept";
        }
        catch (OperationCanceledException) when (cleanup)
        {
            await Workflow.DelayAsync(400, CancellationToken.None);
            throw;
        }
    }
}

[Workflow]
public sealed class ParentCancelChild
{
    private bool _go;

    [WorkflowRun]
    public async Task<string> RunAsync(string mode)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        var child = await Workflow.StartChildWorkflowAsync("ChildEcho", ["cleanup", 0], new()
        {
            Id = $"{Workflow.Info.WorkflowId}-child",
            ParentClosePolicy = ParentClosePolicy.Abandon,
            CancellationToken = cancel.Token,
            CancellationType = mode switch
            {
                "wait-completed" => ChildWorkflowCancellationType.WaitCancellationCompleted,
                "wait-requested" => ChildWorkflowCancellationType.WaitCancellationRequested,
                "try" => ChildWorkflowCancellationType.TryCancel,
                _ => ChildWorkflowCancellationType.Abandon,
            },
        });
        await Workflow.WaitConditionAsync(() => _go);
        cancel.Cancel();
        var chain = await Calls.ResultOrChain(child.GetResultAsync<string>());
        await Workflow.DelayAsync(200);
        return chain;
    }

    [WorkflowSignal]
    public Task GoAsync()
    {
        _go = true;
        return Task.CompletedTask;
    }
}

[Workflow]
public sealed class ParentClosePolicies
{
    [WorkflowRun]
    public async Task<string> RunAsync()
    {
        foreach (var (policy, name) in ((ParentClosePolicy, string)[])[
            (ParentClosePolicy.Terminate, "terminate"), (ParentClosePolicy.Abandon, "abandon"), (ParentClosePolicy.RequestCancel, "request_cancel")])
        {
            await Workflow.StartChildWorkflowAsync(
                "ChildEcho",
                [policy == ParentClosePolicy.RequestCancel ? "cleanup" : "wait", 0],
                new() { Id = $"{Workflow.Info.WorkflowId}-{name}", ParentClosePolicy = policy });
        }

        return "closed";
    }
}

[Workflow]
public sealed class ExternalOps
{
    [WorkflowRun]
    public async Task<string[]> RunAsync(string target) =>
    [
        await Try(Workflow.GetExternalWorkflowHandle<ChildEcho>(target).SignalAsync(wf => wf.PutAsync("from outside")), "signalled", "signal failed"),
        await Try(Workflow.GetExternalWorkflowHandle($"{target}-missing").SignalAsync("Put", ["x"]), "signalled", "signal failed"),
        await Try(Workflow.GetExternalWorkflowHandle($"{target}-2").CancelAsync(), "cancel sent", "cancel failed"),
        await Try(Workflow.GetExternalWorkflowHandle($"{target}-missing").CancelAsync(), "cancel sent", "cancel failed"),
    ];

    private static async Task<string> Try(Task work, string done, string failed)
    {
        try
        {
            await work;
            return done;
        }
        catch (ApplicationFailureException)
        {
            return failed;
        }
    }
}
