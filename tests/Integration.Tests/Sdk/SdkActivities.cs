using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>Activities that the tests' workflows use.</summary>
public static class SdkActivities
{
    [Activity]
    public static string Greet(string name) => $"Hello, {name}!";

    [Activity]
    public static Task<int> AddAsync(int a, int b) => Task.FromResult(a + b);

    [Activity]
    public static string FailUntil(int attempt)
    {
        var current = ActivityExecutionContext.Current.Info.Attempt;
        return current < attempt ? throw new ApplicationFailureException($"attempt {current} fails", "Flaky") : $"ok at attempt {current}";
    }

    [Activity]
    public static async Task<string> UntilCancelledAsync()
    {
        while (true)
        {
            ActivityExecutionContext.Current.Heartbeat();
            await Task.Delay(20, ActivityExecutionContext.Current.CancellationToken);
        }
    }

    [Activity]
    public static async Task<string> SleepAsync(int ms)
    {
        await Task.Delay(ms, ActivityExecutionContext.Current.CancellationToken);
        return $"slept {ms}";
    }
}
