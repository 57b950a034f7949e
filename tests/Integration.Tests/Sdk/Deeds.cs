using System.Collections.Concurrent;
using Temporalio.Activities;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>Activities whose code is given by the test, and a few that most tests need.</summary>
public static class Deeds
{
    private static readonly ConcurrentDictionary<string, Func<Task<string>>> Bodies = new();

    /// <summary>Options that suffice.</summary>
    public static ActivityOptions Short => new() { StartToCloseTimeout = TimeSpan.FromSeconds(20), RetryPolicy = Quick(3) };

    /// <summary>Options that suffice for local activities.</summary>
    public static LocalActivityOptions ShortLocal => new() { StartToCloseTimeout = TimeSpan.FromSeconds(20), RetryPolicy = Quick(3) };

    /// <summary>Retries at once.</summary>
    public static Temporalio.Common.RetryPolicy Quick(int attempts) => new() { InitialInterval = TimeSpan.FromMilliseconds(5), MaximumAttempts = attempts };

    /// <summary>Keeps the code of an activity; the key is the argument to call it with.</summary>
    public static string Keep(Func<Task<string>> body)
    {
        var key = Guid.NewGuid().ToString("N");
        Bodies[key] = body;
        return key;
    }

    [Activity]
    public static Task<string> DoAsync(string key) => Bodies[key]();

    [Activity]
    public static string Greet(string name) => $"Hello, {name}!";

    [Activity]
    public static int Add(int a, int b) => a + b;

    [Activity]
    public static void Nothing()
    {
        // Nothing is what it does.
    }

    [Activity]
    public static string FailUntil(int attempt) => ActivityExecutionContext.Current.Info.Attempt is var current && current < attempt
        ? throw new ApplicationFailureException($"attempt {current} fails", "Flaky")
        : $"ok at attempt {current}";

    [Activity]
    public static string Refuse() => throw new ApplicationFailureException(
        "refused", new FormatException("inner"), "Refused", nonRetryable: true, details: ["why", 7]);

    [Activity]
    public static async Task<string> UntilCancelledAsync()
    {
        while (true)
        {
            ActivityExecutionContext.Current.Heartbeat("beat");
            await Task.Delay(20, ActivityExecutionContext.Current.CancellationToken);
        }
    }
}
